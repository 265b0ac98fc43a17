import type { StudioApi } from '../../main/contract.ts';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'strata:theme';
const isTheme = (value: unknown): value is Theme =>
  value === 'system' || value === 'light' || value === 'dark';

/**
 * Light, dark or as the system has it. Main remembers the choice; the copy in local storage is there before main
 * answers, so that the window does not flash.
 */
export class ThemeState {
  chosen = $state<Theme>('system');
  private readonly api: Pick<StudioApi, 'getSettings' | 'setSetting'>;

  constructor(api: Pick<StudioApi, 'getSettings' | 'setSetting'>) {
    this.api = api;
    this.apply(localStorage.getItem(KEY));
  }

  async load(): Promise<void> {
    this.apply((await this.api.getSettings()).theme);
  }

  async choose(theme: Theme): Promise<void> {
    this.apply(theme);
    await this.api.setSetting('theme', theme);
  }

  private apply(theme: unknown): void {
    if (!isTheme(theme)) return;
    this.chosen = theme;
    localStorage.setItem(KEY, theme);
    document.documentElement.dataset.theme = theme;
  }
}

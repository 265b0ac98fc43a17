import type { Store } from '../store/open.ts';

/** What a person set once and for all windows, e.g. the theme. */
export class SettingsService {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  all(): Readonly<Record<string, unknown>> {
    return this.store.settings.all();
  }

  set(key: string, value: unknown): void {
    this.store.settings.set(key, value);
  }
}

import { screen, type BrowserWindow, type Rectangle } from 'electron';
import type { SettingsService } from '../services/settings.ts';

const KEY = 'window';
const SAVE_MS = 500;

export interface WindowState {
  readonly bounds: Partial<Rectangle> & { readonly width: number; readonly height: number };
  readonly maximised: boolean;
}

const FIRST: WindowState = { bounds: { width: 1440, height: 900 }, maximised: false };

/** Where the window was the last time, unless no screen shows that place any more. */
export function loadWindowState(settings: SettingsService): WindowState {
  const stored = settings.all()[KEY] as WindowState | undefined;
  if (!stored) return FIRST;
  const { x, y, width, height } = stored.bounds;
  if (x === undefined || y === undefined) return stored;
  const visible = screen.getAllDisplays().some(({ workArea }) => {
    const across = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x);
    const down = Math.min(y + height, workArea.y + workArea.height) - Math.max(y, workArea.y);
    return across > 100 && down > 100;
  });
  return visible ? stored : { ...stored, bounds: { width, height } };
}

/** Remembers where the window is, a moment after it stops moving. */
export function keepWindowState(window: BrowserWindow, settings: SettingsService): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    clearTimeout(timer);
    if (window.isDestroyed()) return;
    settings.set(KEY, { bounds: window.getNormalBounds(), maximised: window.isMaximized() });
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_MS);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('close', save);
}

import { app as electron, Menu, type BrowserWindow } from 'electron';
import { fileURLToPath } from 'node:url';
import { StrataApp } from '../app.ts';
import { homeOf } from '../home.ts';
import { ExecutorWindow } from './executor-window.ts';
import { desktopHost } from './host.ts';
import { applicationMenu } from './menu.ts';
import { handleScheme, registerScheme } from './protocol.ts';
import { lockDown } from './security.ts';
import { acceptRenderers, openStudioWindow } from './studio-window.ts';

/** Entry of the desktop app. Paths are relative to the bundle, dist/desktop/main.js. */
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const PRELOAD = path('preload.cjs');

let window: BrowserWindow | null = null;
let strata: StrataApp | null = null;

registerScheme();
electron.enableSandbox();
if (electron.requestSingleInstanceLock()) {
  electron.on('second-instance', focus);
  electron.on('activate', focus);
  electron.on('window-all-closed', () => electron.quit());
  electron.on('before-quit', quit);
  void electron.whenReady().then(start);
} else {
  electron.quit();
}

function start(): void {
  lockDown();
  handleScheme({ studio: path('../renderer'), executor: path('executor') });
  const home = homeOf();
  const executor = new ExecutorWindow(PRELOAD);
  const host = desktopHost({ engine: path('engine.js'), log: home.log, executor, window: () => window });
  strata = new StrataApp(host, { home, templates: path('../../templates') });
  acceptRenderers(strata);
  Menu.setApplicationMenu(applicationMenu(home.folder));
  open(strata, executor);
}

function open(app: StrataApp, executor: ExecutorWindow): void {
  window = openStudioWindow(app, PRELOAD);
  window.on('closed', () => {
    window = null;
    // The hidden window would keep the app alive.
    executor.close();
  });
}

function focus(): void {
  if (window?.isMinimized()) window.restore();
  window?.focus();
}

/** Runs that are going on write a checkpoint before the app ends. */
function quit(event: Electron.Event): void {
  if (!strata) return;
  event.preventDefault();
  const closing = strata;
  strata = null;
  void closing.close().finally(() => electron.quit());
}

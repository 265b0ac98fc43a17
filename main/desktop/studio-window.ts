import { BrowserWindow, dialog, ipcMain, nativeTheme, type MessagePortMain } from 'electron';
import type { StrataApp } from '../app.ts';
import { connectRenderer } from '../renderer-peer.ts';
import { STUDIO_URL } from './protocol.ts';
import { keepWindowState, loadWindowState } from './window-state.ts';

/** Opens the studio's window: sandboxed, isolated, and connected to main by a message port only. */
export function openStudioWindow(app: StrataApp, preload: string): BrowserWindow {
  const { bounds, maximised } = loadWindowState(app.settings);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 960,
    minHeight: 640,
    show: false,
    title: 'Strata',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#f5f6f8',
    webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false },
  });
  if (maximised) window.maximize();
  window.once('ready-to-show', () => window.show());
  keepWindowState(window, app.settings);
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit') return;
    app.log.unexpected(new Error(reason), 'the studio window');
    dialog.showErrorBox('The window had to be restarted', 'Your work is saved and training goes on.');
    window.reload();
  });
  void window.loadURL(STUDIO_URL);
  return window;
}

/** Answers every page that asks for its pipe to main. Only the studio's own page is answered. */
export function acceptRenderers(app: StrataApp): void {
  ipcMain.on('strata:connect', ({ senderFrame, ports: [port] }) => {
    if (!port || !senderFrame?.url.startsWith(STUDIO_URL)) return;
    attach(port, app);
  });
}

function attach(port: MessagePortMain, app: StrataApp): void {
  const close = connectRenderer(
    {
      post: (message) => port.postMessage(message),
      listen: (receive) => void port.on('message', ({ data }) => receive(data)),
    },
    app,
  );
  port.on('close', () => close({ code: 'CONNECTION_LOST', message: 'The window was closed.' }));
  port.start();
}

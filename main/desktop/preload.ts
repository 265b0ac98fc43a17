import { contextBridge, ipcRenderer, webUtils } from 'electron';

/**
 * The only bridge between a sandboxed window and main: it hands out message ports, tells where a dropped file lies, and nothing else. Bundled as one CommonJS
 * file, which is what a sandboxed preload must be.
 */

// The studio asks for its pipe to main (renderer/state/transport.ts).
window.addEventListener('message', ({ source, data }) => {
  if (source !== window || data !== 'strata:connect') return;
  const { port1, port2 } = new MessageChannel();
  ipcRenderer.postMessage('strata:connect', null, [port2]);
  window.postMessage('strata:port', '*', [port1]);
});

// The window that computes is given its pipe to the engine.
ipcRenderer.on('strata:executor', ({ ports }) => window.postMessage('strata:executor', '*', [...ports]));

// Where a file lies that the person dropped on the studio (renderer/state/dropped.ts).
contextBridge.exposeInMainWorld('strataPathOf', (file: File) => webUtils.getPathForFile(file));

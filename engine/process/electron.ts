import type { ExecutorPort } from '../backends/port.ts';

/** The parts of Electron's utility process that the engine uses; Electron itself is not imported. */

export interface ElectronPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

interface ParentPort {
  postMessage(message: unknown): void;
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly ElectronPort[] }) => void,
  ): void;
}

/** The pipe to Electron's main process; undefined under Node. */
export function parentPort(): ParentPort | undefined {
  return (process as { readonly parentPort?: ParentPort }).parentPort;
}

/** An Electron port as the executor's client knows ports. Electron copies arrays, it cannot transfer them. */
export function executorPort(port: ElectronPort): ExecutorPort {
  const adapter: ExecutorPort = {
    onmessage: null,
    postMessage: (message) => port.postMessage(message),
    addEventListener: (_, listener) => port.on('close', listener),
    close: () => port.close(),
  };
  port.on('message', ({ data }) => adapter.onmessage?.(new MessageEvent('message', { data })));
  port.start();
  return adapter;
}

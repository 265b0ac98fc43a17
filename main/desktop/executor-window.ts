import { BrowserWindow, MessageChannelMain, type MessagePortMain } from 'electron';
import { EXECUTOR_URL } from './protocol.ts';

/** The hidden window whose WebGPU computes for the engine. Each engine process gets a port to it. */
export class ExecutorWindow {
  private readonly preload: string;
  private window: BrowserWindow | null = null;

  constructor(preload: string) {
    this.preload = preload;
  }

  /** Opens a fresh window, so that a device lost before is no device lost now, and returns the engine's end of its port. */
  async connect(): Promise<MessagePortMain> {
    this.close();
    const window = new BrowserWindow({
      show: false,
      webPreferences: {
        preload: this.preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        // A hidden window must not be slowed down: training is what it is for.
        backgroundThrottling: false,
      },
    });
    this.window = window;
    await window.loadURL(EXECUTOR_URL);
    const { port1, port2 } = new MessageChannelMain();
    window.webContents.postMessage('strata:executor', null, [port2]);
    // A window that crashes takes its end with it, which the engine sees as a lost device.
    window.webContents.on('render-process-gone', () => port2.close());
    return port1;
  }

  close(): void {
    this.window?.destroy();
    this.window = null;
  }
}

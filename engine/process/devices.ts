import type { Executor } from '../backends/executor.ts';
import { connectExecutor, type ExecutorPort } from '../backends/port.ts';
import { StrataError } from '../core/errors.ts';
import { createCpuExecutor } from './cpu.ts';
import { executorPort, parentPort } from './electron.ts';
import { WANT_EXECUTOR, type DeviceChoice } from './protocol.ts';

/** How long the window that computes may take to start. */
const WINDOW_MILLISECONDS = 30_000;

/** Where the engine's executor comes from: opened at first use, and opened again after it was lost. */
export class Devices {
  private readonly open: () => Promise<Executor>;
  private current: Promise<Executor> | undefined;

  constructor(open: () => Promise<Executor>) {
    this.open = open;
  }

  /** The executor. Rejects with `NO_ADAPTER` where there is none, and tries again at the next call. */
  get(): Promise<Executor> {
    if (!this.current) {
      const opened = this.open();
      const forget = (): void => {
        if (this.current === opened) this.current = undefined;
      };
      this.current = opened;
      opened.then((executor) => executor.lost.then(forget), forget);
    }
    return this.current;
  }
}

/**
 * Opens the executor that a person has chosen. A graphics adapter in software is slower than the processor itself, so it is
 * used only where it was asked for.
 */
export async function openExecutor(choice: DeviceChoice): Promise<Executor> {
  if (choice === 'cpu') return createCpuExecutor();
  if (choice === 'gpu') return openGraphics();
  const graphics = await openGraphics().catch((error: unknown) => {
    if (error instanceof StrataError && error.problem.code === 'NO_ADAPTER') return undefined;
    throw error;
  });
  if (graphics && !graphics.device.software) return graphics;
  await graphics?.close();
  return createCpuExecutor();
}

/** Dawn under Node, the hidden window under Electron. */
async function openGraphics(): Promise<Executor> {
  if (parentPort()) return connectExecutor(await windowPort());
  const { createDawnExecutor } = await import('../backends/webgpu/dawn.ts');
  return createDawnExecutor();
}

/** Asks Electron's main process for a port to the window that computes. */
function windowPort(): Promise<ExecutorPort> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(noWindow()), WINDOW_MILLISECONDS);
    parentPort()?.on('message', ({ ports: [port] }) => {
      if (!port) return;
      clearTimeout(timer);
      resolve(executorPort(port));
    });
    parentPort()?.postMessage(WANT_EXECUTOR);
  });
}

function noWindow(): StrataError {
  return new StrataError({
    code: 'NO_ADAPTER',
    message: 'The window that computes did not start.',
    expected: `an answer within ${WINDOW_MILLISECONDS / 1000} seconds`,
    fix: 'Start Strata again. If it happens again, update the graphics driver.',
  });
}

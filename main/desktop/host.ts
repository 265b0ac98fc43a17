import { dialog, utilityProcess, type BrowserWindow } from 'electron';
import { createWriteStream } from 'node:fs';
import { WANT_EXECUTOR } from '../../engine/process/protocol.ts';
import type { EngineProcess, Host } from '../host.ts';
import type { ExecutorWindow } from './executor-window.ts';

export interface DesktopParts {
  /** The engine's bundled entry file. */
  readonly engine: string;
  readonly log: string;
  readonly executor: ExecutorWindow;
  /** The studio's window, which dialogs belong to; null while there is none. */
  readonly window: () => BrowserWindow | null;
}

/** Electron's side of the host: engine in a utility process, device in a hidden window, native dialogs. */
export function desktopHost(parts: DesktopParts): Host {
  return {
    kind: 'desktop',
    dialogs: true,
    spawnEngine: (environment) => spawnEngine(parts, environment),
    chooseSource: (kind) => chooseSource(parts.window(), kind),
  };
}

function spawnEngine(
  { engine, log, executor }: DesktopParts,
  environment: Readonly<Record<string, string>>,
): EngineProcess {
  const child = utilityProcess.fork(engine, [], {
    serviceName: 'Strata engine',
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const file = createWriteStream(log, { flags: 'a' });
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  const running: EngineProcess = {
    get pid() {
      return child.pid;
    },
    channel: {
      post: (message) => child.postMessage(message),
      listen: (receive) => void child.on('message', receive),
    },
    onexit: () => {},
    kill: () => void child.kill(),
  };
  // At its start, and again when it has lost its device.
  child.on('message', (message) => {
    if (message !== WANT_EXECUTOR) return;
    executor.connect().then(
      (port) => child.postMessage({ kind: 'executor' }, [port]),
      // Without a window there is no device: the engine must not wait for one.
      () => child.kill(),
    );
  });
  child.once('exit', (code) => {
    file.end();
    running.onexit(`exit code ${code}`);
  });
  return running;
}

async function chooseSource(window: BrowserWindow | null, kind: 'file' | 'folder'): Promise<string | null> {
  const options = {
    title: kind === 'file' ? 'Choose a data file' : 'Choose a data folder',
    properties: [kind === 'file' ? 'openFile' : 'openDirectory'] as ('openFile' | 'openDirectory')[],
  };
  const { canceled, filePaths } = window
    ? await dialog.showOpenDialog(window, options)
    : await dialog.showOpenDialog(options);
  return canceled ? null : (filePaths[0] ?? null);
}

import type { Channel } from '../engine/core/rpc.ts';

/** A running engine process, as its host started it. */
export interface EngineProcess {
  readonly channel: Channel;
  readonly pid: number | undefined;
  /** Called once, when the process has ended; `reason` says how, e.g. "signal SIGKILL". */
  onexit: (reason: string) => void;
  kill(): void;
}

/** Everything that differs between the desktop, the serve host and the command line. Services see nothing else. */
export interface Host {
  readonly kind: 'desktop' | 'serve';
  /** True where `chooseSource` can show a dialog. */
  readonly dialogs: boolean;
  /** Starts the engine with these additions to its environment. */
  spawnEngine(environment: Readonly<Record<string, string>>): EngineProcess;
  /** Native dialog; null where it was cancelled or the host has none. */
  chooseSource(kind: 'file' | 'folder'): Promise<string | null>;
}

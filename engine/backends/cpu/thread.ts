import { copyOffset, type PlanCopy } from '../../passes/plan.ts';

/** What the threads of the processor's executor do, and what they are told. Portable: no API of Node or of the page. */

/** A step of a program, with addresses in place of buffers. */
export type ThreadStep =
  | PlanCopy
  | { readonly repeat: { readonly times: number; readonly steps: readonly ThreadStep[] } }
  | { readonly kernel: number; readonly pieces: number; readonly pointers: readonly number[] };

export type ThreadCommand =
  | {
      readonly command: 'load';
      readonly session: number;
      readonly module: WebAssembly.Module;
      readonly memory: WebAssembly.Memory;
      readonly programs: Readonly<Record<string, readonly ThreadStep[]>>;
      /** This thread's number, and how many there are. */
      readonly thread: number;
      readonly threads: number;
      /** Address of the thread's own memory. */
      readonly scratch: number;
    }
  | { readonly command: 'run'; readonly session: number; readonly program: string; readonly times: number }
  | { readonly command: 'dispose'; readonly session: number };

/** Sent after each command. */
export type ThreadReply = { readonly done: true } | { readonly failed: string };

/** Where the threads of a session meet: at the start of its memory, a count of those who have arrived and the number of meetings. */
const ARRIVED = 0;
const MEETINGS = 1;
/** Looks at the number of meetings before a thread lets the system put it to sleep: some ten microseconds. */
const PATIENCE = 4000;

/** Answers commands with what `reply` sends. */
export function serveThread(reply: (message: ThreadReply) => void): (command: ThreadCommand) => void {
  const sessions = new Map<number, ThreadSession>();
  const obey = (command: ThreadCommand): void => {
    switch (command.command) {
      case 'load':
        sessions.set(command.session, new ThreadSession(command));
        break;
      case 'run':
        sessions.get(command.session)?.run(command.program, command.times);
        break;
      case 'dispose':
        sessions.delete(command.session);
    }
  };
  return (command) => {
    try {
      obey(command);
      reply({ done: true });
    } catch (error) {
      reply({ failed: error instanceof Error ? error.message : String(error) });
    }
  };
}

type Kernel = (from: number, to: number, scratch: number, ...pointers: number[]) => void;
type LoadCommand = Extract<ThreadCommand, { command: 'load' }>;

class ThreadSession {
  private readonly command: LoadCommand;
  private readonly kernels: Readonly<Record<string, Kernel>>;
  private readonly meeting: Int32Array;
  private readonly bytes: Uint8Array;
  /** Whether all threads had a part in the step before. */
  private shared = true;

  constructor(command: LoadCommand) {
    const { module, memory } = command;
    this.command = command;
    const { exports } = new WebAssembly.Instance(module, { host: { memory } });
    this.kernels = exports as Record<string, Kernel>;
    this.meeting = new Int32Array(memory.buffer, 0, 2);
    this.bytes = new Uint8Array(memory.buffer);
  }

  run(program: string, times: number): void {
    const steps = this.command.programs[program];
    this.shared = true;
    for (let time = 0; time < times; time++) this.once(steps, 0);
    this.meet();
  }

  /** Steps of a single piece are for the first thread; before and after all others, the threads meet. */
  private once(steps: readonly ThreadStep[], round: number): void {
    const { thread, threads, scratch } = this.command;
    for (const step of steps) {
      if ('repeat' in step) {
        for (let at = 0; at < step.repeat.times; at++) this.once(step.repeat.steps, at);
        continue;
      }
      const wide = !('copy' in step) && step.pieces > 1;
      if (wide || this.shared) this.meet();
      this.shared = wide;
      if ('copy' in step) {
        const { from, to, bytes } = step.copy;
        if (thread === 0) this.bytes.copyWithin(to + copyOffset(step, round), from, from + bytes);
      } else if (wide || thread === 0) {
        const { kernel, pieces, pointers } = step;
        const first = wide ? Math.floor((pieces * thread) / threads) : 0;
        const end = wide ? Math.floor((pieces * (thread + 1)) / threads) : 1;
        if (end > first) this.kernels[`kernel${kernel}`](first, end, scratch, ...pointers);
      }
    }
  }

  /** Returns when all threads have come. */
  private meet(): void {
    const { threads } = this.command;
    if (threads === 1) return;
    const { meeting } = this;
    const number = Atomics.load(meeting, MEETINGS);
    if (Atomics.add(meeting, ARRIVED, 1) === threads - 1) {
      Atomics.store(meeting, ARRIVED, 0);
      Atomics.add(meeting, MEETINGS, 1);
      Atomics.notify(meeting, MEETINGS);
      return;
    }
    for (let look = 0; look < PATIENCE; look++) if (Atomics.load(meeting, MEETINGS) !== number) return;
    while (Atomics.load(meeting, MEETINGS) === number) Atomics.wait(meeting, MEETINGS, number);
  }
}

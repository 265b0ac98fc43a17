import type { DeviceInfo } from '../../core/device.ts';
import { BYTES, type TypedArray } from '../../core/dtype.ts';
import type { StrataError } from '../../core/errors.ts';
import { size } from '../../core/shape.ts';
import type { Plan, PlanStep } from '../../passes/plan.ts';
import type { Executor, Session } from '../executor.ts';
import { lostError, memoryError } from '../faults.ts';
import { checkBuffers, named, tensorsOf, typedView, uploadTarget, type PlanTensor } from '../session.ts';
import { compileKernels } from './module.ts';
import type { ThreadCommand, ThreadReply, ThreadStep } from './thread.ts';

/** A thread of the host that runs `serveThread`. */
export interface Thread {
  post(command: ThreadCommand): void;
  onreply: (reply: ThreadReply) => void;
  onexit: (reason: string) => void;
  terminate(): Promise<void>;
}

const PAGE = 65536;
/** The most that WebAssembly addresses with 32 bits. */
const MOST_PAGES = 65536;
/** Buffers begin at multiples of a cache line. */
const LINE = 64;
const aligned = (bytes: number): number => Math.ceil(bytes / LINE) * LINE;

/** Runs plans on the processor: kernels in WebAssembly with SIMD, on several threads that share one memory. */
export class CpuExecutor implements Executor {
  readonly device: DeviceInfo;
  readonly lost: Promise<string>;
  private readonly team: Team;
  private sessions = 0;

  constructor(device: DeviceInfo, threads: readonly Thread[]) {
    this.device = device;
    this.team = new Team(threads);
    this.lost = this.team.lost;
  }

  async load(plan: Plan, onProgress?: (done: number, total: number) => void): Promise<Session> {
    checkBuffers(plan, this.device);
    const count = plan.kernels.length;
    onProgress?.(0, count);
    const layout = layOut(plan, this.team.size);
    const module = await compileKernels(plan.kernels);
    const pages = { initial: layout.pages, maximum: layout.pages };
    const memory = openMemory(
      () => new WebAssembly.Memory({ ...pages, shared: true }),
      plan,
      this.device.name,
    );
    const session = this.sessions++;
    const programs = programsOf(plan, layout.addresses);
    await this.team.order((thread) => {
      const scratch = layout.scratch + thread * layout.scratchBytes;
      return { command: 'load', session, module, memory, programs, thread, threads: this.team.size, scratch };
    });
    onProgress?.(count, count);
    return new CpuSession(this.team, session, plan, memory, layout.addresses);
  }

  async close(): Promise<void> {
    await this.team.dismiss('The executor was closed.');
  }
}

function openMemory(open: () => WebAssembly.Memory, plan: Plan, device: string): WebAssembly.Memory {
  try {
    return open();
  } catch {
    throw memoryError(plan.peakBytes, device);
  }
}

interface Layout {
  readonly addresses: readonly number[];
  /** Where the threads' own memories begin, and how large each is. */
  readonly scratch: number;
  readonly scratchBytes: number;
  readonly pages: number;
}

/** Gives every buffer its address. Around them lies as much as kernels may read beyond their buffers. */
function layOut({ buffers, kernels, peakBytes }: Plan, threads: number): Layout {
  const most = (of: 'scratch' | 'reach'): number =>
    aligned(kernels.reduce((bytes, { memory }) => Math.max(bytes, memory?.[of] ?? 0), 0));
  const reach = most('reach') + LINE;
  let next = LINE + reach;
  const addresses = buffers.map(({ bytes }) => {
    const address = next;
    next += aligned(bytes);
    return address;
  });
  const scratchBytes = most('scratch') + LINE;
  const scratch = next + reach;
  const pages = Math.ceil((scratch + threads * scratchBytes) / PAGE);
  if (pages > MOST_PAGES) throw memoryError(peakBytes, 'all buffers together', PAGE * MOST_PAGES);
  return { addresses, scratch, scratchBytes, pages };
}

function programsOf({ programs }: Plan, addresses: readonly number[]): Record<string, ThreadStep[]> {
  const placed = (step: PlanStep): ThreadStep => {
    if ('repeat' in step)
      return { repeat: { times: step.repeat.times, steps: step.repeat.steps.map(placed) } };
    if ('copy' in step)
      return { copy: { ...step.copy, from: addresses[step.copy.from], to: addresses[step.copy.to] } };
    const pointers = step.buffers.map((buffer) => addresses[buffer]);
    return { kernel: step.kernel, pieces: step.workgroups[0], pointers };
  };
  return Object.fromEntries(programs.map(({ name, steps }) => [name, steps.map(placed)]));
}

/** The threads, which do everything together: one command after the other. */
class Team {
  readonly lost: Promise<string>;
  private readonly threads: readonly Thread[];
  private last: Promise<void> = Promise.resolve();
  private reason: string | undefined;
  private lose: (reason: string) => void = () => {};
  /** Ends the wait for the command that is being obeyed. */
  private abandon: (error: StrataError) => void = () => {};

  constructor(threads: readonly Thread[]) {
    this.threads = threads;
    this.lost = new Promise((resolve) => (this.lose = resolve));
    for (const thread of threads) thread.onexit = (reason) => void this.dismiss(reason);
  }

  get size(): number {
    return this.threads.length;
  }

  /** Has all threads obey a command after everything before; resolves when all have. */
  order(command: (thread: number) => ThreadCommand): Promise<void> {
    return this.after(() => this.tell(command));
  }

  /** Does something when all commands before have been obeyed. Rejects with `DEVICE_LOST` where the threads are gone. */
  after<T>(action: () => T | Promise<T>): Promise<T> {
    const result = this.last.then(() => {
      if (this.reason !== undefined) throw lostError(this.reason);
      return action();
    });
    this.last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  async dismiss(reason: string): Promise<void> {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.abandon(lostError(reason));
    this.lose(reason);
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  private tell(command: (thread: number) => ThreadCommand): Promise<void> {
    return new Promise((resolve, reject) => {
      let working = this.threads.length;
      this.abandon = reject;
      this.threads.forEach((thread, at) => {
        thread.onreply = (reply) => {
          if ('failed' in reply) void this.dismiss(reply.failed);
          else if (--working === 0) resolve();
        };
        thread.post(command(at));
      });
    });
  }
}

class CpuSession implements Session {
  readonly allocatedBytes: number;
  private readonly team: Team;
  private readonly session: number;
  private readonly memory: WebAssembly.Memory;
  private readonly addresses: readonly number[];
  private readonly tensors: ReadonlyMap<string, PlanTensor>;
  private readonly programs: ReadonlyMap<string, unknown>;

  constructor(
    team: Team,
    session: number,
    plan: Plan,
    memory: WebAssembly.Memory,
    addresses: readonly number[],
  ) {
    this.team = team;
    this.session = session;
    this.memory = memory;
    this.allocatedBytes = memory.buffer.byteLength;
    this.addresses = addresses;
    this.tensors = tensorsOf(plan);
    this.programs = new Map(plan.programs.map((program) => [program.name, program]));
  }

  async upload(state: string, data: TypedArray, offset = 0): Promise<void> {
    const tensor = uploadTarget(this.tensors, state, data, offset);
    const start = this.addresses[tensor.buffer] + offset * BYTES[tensor.dtype];
    // The caller may change its array as soon as this returns.
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
    await this.team.after(() => new Uint8Array(this.memory.buffer).set(bytes, start));
  }

  async run(program: string, times: number): Promise<void> {
    named(this.programs, program, 'program');
    // As on a graphics card: whoever reads or waits is told what went wrong.
    const done = this.team.order(() => ({ command: 'run', session: this.session, program, times }));
    done.catch(() => undefined);
  }

  read(names: readonly string[]): Promise<Readonly<Record<string, TypedArray>>> {
    return this.team.after(() =>
      Object.fromEntries(
        names.map((name) => {
          const tensor = named(this.tensors, name, 'state or output');
          const start = this.addresses[tensor.buffer];
          const bytes = size(tensor.shape) * BYTES[tensor.dtype];
          const copy = new Uint8Array(bytes);
          copy.set(new Uint8Array(this.memory.buffer, start, bytes));
          return [name, typedView(copy.buffer, 0, tensor)];
        }),
      ),
    );
  }

  idle(): Promise<void> {
    return this.team.after(() => undefined);
  }

  async dispose(): Promise<void> {
    await this.team.order(() => ({ command: 'dispose', session: this.session }));
  }
}

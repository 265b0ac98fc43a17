import type { DeviceInfo } from '../core/device.ts';
import type { TypedArray } from '../core/dtype.ts';
import { StrataError, toProblem, type Problem } from '../core/errors.ts';
import type { Plan } from '../passes/plan.ts';
import type { Executor, Session } from './executor.ts';
import { lostError } from './faults.ts';

/**
 * The executor over a MessagePort: `serveExecutor` where the device is, `connectExecutor` where the engine
 * is. Calls are answered in their order, because the port keeps it and the executor starts them in it;
 * arrays are transferred, not copied.
 */

type Call =
  | { readonly method: 'hello' }
  | { readonly method: 'load'; readonly plan: Plan }
  | {
      readonly method: 'upload';
      readonly session: number;
      readonly state: string;
      readonly data: TypedArray;
      readonly offset: number;
    }
  | { readonly method: 'run'; readonly session: number; readonly program: string; readonly times: number }
  | { readonly method: 'read'; readonly session: number; readonly names: readonly string[] }
  | { readonly method: 'idle' | 'dispose'; readonly session: number }
  | { readonly method: 'close' };

/** The answer to `load`. */
interface Loaded {
  readonly session: number;
  readonly allocatedBytes: number;
}

type Request = Call & { readonly id: number };

type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly problem: Problem }
  | { readonly id: number; readonly progress: readonly [number, number] }
  | { readonly lost: string };

/** What is needed of a `MessagePort`; Electron's utility process has one of another make. */
export interface ExecutorPort {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'close', listener: () => void): void;
  close(): void;
}

/** Answers the calls that arrive at a port with an executor. The port is started. */
export function serveExecutor(port: MessagePort, executor: Executor): void {
  const sessions: Session[] = [];
  const send = (reply: Reply, transfer: Transferable[] = []): void => port.postMessage(reply, transfer);
  const answer = async (call: Request): Promise<unknown> => {
    switch (call.method) {
      case 'hello':
        return executor.device;
      case 'load': {
        const onProgress = (done: number, total: number): void =>
          send({ id: call.id, progress: [done, total] });
        const session = await executor.load(call.plan, onProgress);
        const { allocatedBytes } = session;
        return { session: sessions.push(session) - 1, allocatedBytes } satisfies Loaded;
      }
      case 'upload':
        return sessions[call.session].upload(call.state, call.data, call.offset);
      case 'run':
        return sessions[call.session].run(call.program, call.times);
      case 'read':
        return sessions[call.session].read(call.names);
      case 'close':
        return executor.close();
      default:
        return sessions[call.session][call.method]();
    }
  };
  port.onmessage = async ({ data: call }: MessageEvent<Request>): Promise<void> => {
    try {
      const result = await answer(call);
      send({ id: call.id, result }, call.method === 'read' ? buffersOf(result) : []);
    } catch (error) {
      send({ id: call.id, problem: toProblem(error) });
    }
  };
  void executor.lost.then((lost) => send({ lost }));
}

/** The executor at the other end of a port. Rejects all calls with `DEVICE_LOST` once the other end is gone. */
export async function connectExecutor(port: ExecutorPort): Promise<Executor> {
  const client = new Client(port);
  const device = (await client.call({ method: 'hello' })) as DeviceInfo;
  return {
    device,
    lost: client.lost,
    async load(plan, onProgress) {
      return new RemoteSession(
        client,
        (await client.call({ method: 'load', plan }, [], onProgress)) as Loaded,
      );
    },
    async close() {
      client.post({ method: 'close' });
      await client.lost;
      port.close();
    },
  };
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: StrataError): void;
  onProgress?(done: number, total: number): void;
}

class Client {
  readonly lost: Promise<string>;
  private readonly port: ExecutorPort;
  private readonly pending = new Map<number, Pending>();
  private nextId = 0;
  private reason: string | undefined;

  constructor(port: ExecutorPort) {
    this.port = port;
    this.lost = new Promise((resolve) => {
      const lose = (reason: string): void => {
        resolve(reason);
        this.reason = reason;
        for (const { reject } of this.pending.values()) reject(lostError(reason));
        this.pending.clear();
      };
      port.onmessage = ({ data }: MessageEvent<Reply>): void => {
        if ('lost' in data) lose(data.lost);
        else this.settle(data);
      };
      port.addEventListener('close', () => lose('The window that computes was closed.'));
    });
  }

  call(call: Call, transfer: Transferable[] = [], onProgress?: Pending['onProgress']): Promise<unknown> {
    if (this.reason !== undefined) return Promise.reject(lostError(this.reason));
    return new Promise((resolve, reject) => {
      this.pending.set(this.post(call, transfer), { resolve, reject, onProgress });
    });
  }

  /** Sends a call whose answer nobody waits for; returns its number. */
  post(call: Call, transfer: Transferable[] = []): number {
    const id = this.nextId++;
    this.port.postMessage({ ...call, id }, transfer);
    return id;
  }

  private settle(reply: Exclude<Reply, { lost: string }>): void {
    const pending = this.pending.get(reply.id);
    if (!pending) return;
    if ('progress' in reply) {
      pending.onProgress?.(...reply.progress);
      return;
    }
    this.pending.delete(reply.id);
    if ('problem' in reply) pending.reject(new StrataError(reply.problem));
    else pending.resolve(reply.result);
  }
}

class RemoteSession implements Session {
  readonly allocatedBytes: number;
  private readonly client: Client;
  private readonly session: number;

  constructor(client: Client, { session, allocatedBytes }: Loaded) {
    this.client = client;
    this.session = session;
    this.allocatedBytes = allocatedBytes;
  }

  /** Copies the values once, so that the caller keeps its array; the copy is transferred. */
  async upload(state: string, data: TypedArray, offset = 0): Promise<void> {
    const copy = data.slice();
    await this.client.call({ method: 'upload', session: this.session, state, data: copy, offset }, [
      copy.buffer,
    ]);
  }

  async run(program: string, times: number): Promise<void> {
    await this.client.call({ method: 'run', session: this.session, program, times });
  }

  async read(names: readonly string[]): Promise<Readonly<Record<string, TypedArray>>> {
    const result = await this.client.call({ method: 'read', session: this.session, names });
    return result as Record<string, TypedArray>;
  }

  async idle(): Promise<void> {
    await this.client.call({ method: 'idle', session: this.session });
  }

  async dispose(): Promise<void> {
    await this.client.call({ method: 'dispose', session: this.session });
  }
}

/** The buffers behind read-back arrays, each once: one read shares one buffer. */
function buffersOf(result: unknown): ArrayBuffer[] {
  const arrays = Object.values(result as Record<string, TypedArray>);
  return [...new Set(arrays.map((array) => array.buffer as ArrayBuffer))];
}

import { StrataError, toProblem, type Problem } from '../../engine/core/errors.ts';
import type { Peer } from '../../engine/core/rpc.ts';
import type { EngineApi, EngineEvents } from '../../engine/process/protocol.ts';
import { connectToEngine } from '../../engine/process/rpc.ts';
import type { EngineStatus } from '../contract.ts';
import type { EngineProcess, Host } from '../host.ts';

/** Waits before the engine is started again, in milliseconds, by how often in a row it failed; the last one repeats. */
const BACKOFF_MS = [100, 500, 2000, 5000, 15_000];
/** An engine that is asked to end and has not after this time is left to the system. */
const END_MS = 5000;

export interface EngineListeners extends EngineEvents {
  status(status: EngineStatus): void;
  /** The engine has ended by itself, and whatever it was doing is lost. */
  died(problem: Problem): void;
}

/** Keeps one engine process running: starts it at first use, and again when it dies. */
export class EngineService {
  status: EngineStatus = { state: 'starting' };
  /** The engine's functions. A call waits until the engine is ready, and starts it where nobody has. */
  readonly api: EngineApi;
  private readonly host: Host;
  private readonly listeners: EngineListeners;
  private readonly environment: Readonly<Record<string, string>>;
  private child: EngineProcess | null = null;
  private ready = readiness();
  private failures = 0;
  private closing = false;
  private timer: NodeJS.Timeout | undefined;
  private ended: () => void = () => {};

  constructor(host: Host, listeners: EngineListeners, environment: Readonly<Record<string, string>> = {}) {
    this.host = host;
    this.listeners = listeners;
    this.environment = environment;
    // The protocol has only methods, so every property of the proxy is a call.
    this.api = new Proxy({} as EngineApi, {
      get:
        (_, method) =>
        (...args: unknown[]) =>
          this.call(method as keyof EngineApi, args),
    });
  }

  start(): void {
    if (this.child === null && this.timer === undefined && !this.closing) this.spawn();
  }

  /** Ends the engine for good. */
  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.timer);
    if (this.child === null) return;
    const ended = new Promise<void>((resolve) => (this.ended = resolve));
    this.child.kill();
    const patience = new Promise<void>((resolve) => setTimeout(resolve, END_MS).unref());
    await Promise.race([ended, patience]);
  }

  private async call(method: keyof EngineApi, args: unknown[]): Promise<unknown> {
    this.start();
    const remote = await this.ready.promise;
    return (remote[method] as (...args: unknown[]) => Promise<unknown>)(...args);
  }

  private spawn(): void {
    const child = this.host.spawnEngine(this.environment);
    const peer = connectToEngine(child.channel, {
      run: (event) => this.listeners.run(event),
      progress: (event) => this.listeners.progress(event),
      generated: (event) => this.listeners.generated(event),
    });
    this.child = child;
    child.onexit = (reason) => this.exited(child, peer, reason);
    void this.greet(child, peer);
  }

  /** An engine without a device is of use too: it imports data and says why it cannot train. */
  private async greet(child: EngineProcess, peer: Peer<EngineApi>): Promise<void> {
    const answer = await peer.remote.device().then(
      (device) => ({ device, problem: null }),
      (error: unknown) => ({ device: null, problem: toProblem(error) }),
    );
    if (this.child !== child) return; // It died meanwhile, which `exited` deals with.
    this.failures = 0;
    this.ready.resolve(peer.remote);
    this.tell({ state: 'ready', ...answer });
  }

  private exited(child: EngineProcess, peer: Peer<EngineApi>, reason: string): void {
    const problem: Problem = {
      code: 'ENGINE_DIED',
      message: 'The engine ended unexpectedly. It is being started again.',
      got: reason,
      fix: 'Begin again what was going on; a run goes on from its last checkpoint.',
    };
    peer.close(problem);
    if (this.child !== child) return;
    this.child = null;
    this.ended();
    this.ready.reject(new StrataError(problem));
    this.ready = readiness();
    if (this.closing) return;
    this.listeners.died(problem);
    this.tell({ state: 'restarting', problem });
    const wait = BACKOFF_MS[Math.min(this.failures, BACKOFF_MS.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.spawn();
    }, wait);
  }

  private tell(status: EngineStatus): void {
    this.status = status;
    this.listeners.status(status);
  }
}

function readiness(): PromiseWithResolvers<EngineApi> {
  const ready = Promise.withResolvers<EngineApi>();
  ready.promise.catch(() => {}); // Those who wait are told; that nobody waits is no error.
  return ready;
}

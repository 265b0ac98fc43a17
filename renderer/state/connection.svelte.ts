import type { Problem } from '../../engine/core/errors.ts';
import { connectPeer } from '../../engine/core/rpc.ts';
import type { StudioApi, StudioEvents } from '../../main/contract.ts';
import { openChannel, type ClosableChannel } from './transport.ts';

type Call = (...args: unknown[]) => Promise<unknown>;
type Remote = Readonly<Record<string, Call>>;
type Listener = (...args: never[]) => void;

const LOST: Problem = {
  code: 'CONNECTION_LOST',
  message: 'The connection to Strata was lost before this was done.',
  fix: 'Strata reconnects by itself; try again then.',
};
/** Waits before each new attempt, in milliseconds; the last one repeats. */
const RETRY_MS = [150, 400, 1000, 2000, 3000];

/**
 * The connection to main: opens by itself, reopens when it is lost, and calls made meanwhile wait for it. Only calls
 * already under way when it is lost are rejected (`CONNECTION_LOST`), because whether main did them is not known.
 */
export class Connection {
  state = $state<'connecting' | 'open' | 'lost'>('connecting');
  readonly api: StudioApi;
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly openListeners = new Set<() => void>();
  private remote = Promise.withResolvers<{ readonly api: Remote }>();

  constructor() {
    // The contract has only methods, so every property of the proxy is a call.
    this.api = new Proxy({} as StudioApi, {
      get:
        (_, method: string) =>
        async (...args: unknown[]) =>
          (await this.remote.promise).api[method](...args),
    });
    void this.open(0);
  }

  /** Subscribes to an event of main; returns the function that ends the subscription. */
  on = <K extends keyof StudioEvents>(event: K, listener: StudioEvents[K]): (() => void) => {
    const set = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, set.add(listener));
    return () => set.delete(listener);
  };

  /** Called whenever the connection opens, the first time too: events may have been missed before. */
  onopen(listener: () => void): void {
    this.openListeners.add(listener);
    if (this.state === 'open') listener();
  }

  private async open(attempt: number): Promise<void> {
    try {
      this.attach(await openChannel());
    } catch {
      // Why a socket did not open is never told to a page: all there is to do is to try again.
      if (attempt > 0) this.state = 'lost';
      const wait = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)];
      setTimeout(() => void this.open(attempt + 1), wait);
    }
  }

  private attach(channel: ClosableChannel): void {
    const peer = connectPeer<Remote>(channel, this.events());
    channel.onclose = () => {
      this.state = 'lost';
      this.remote = Promise.withResolvers();
      peer.close(LOST);
      void this.open(1);
    };
    this.state = 'open';
    this.remote.resolve({ api: peer.remote });
    for (const listener of this.openListeners) listener();
  }

  private events(): StudioEvents {
    const emit =
      <K extends keyof StudioEvents>(event: K) =>
      (...args: Parameters<StudioEvents[K]>) => {
        for (const listener of this.listeners.get(event) ?? [])
          (listener as (...all: typeof args) => void)(...args);
      };
    return {
      engineChanged: emit('engineChanged'),
      runChanged: emit('runChanged'),
      runEvent: emit('runEvent'),
      progress: emit('progress'),
      datasetsChanged: emit('datasetsChanged'),
      generated: emit('generated'),
    };
  }
}

/** What a person wants of a run. The run looks at it between two submits. */
export class Control {
  private wanted: 'run' | 'pause' | 'stop' = 'run';
  private wake: (() => void) | undefined;
  private readonly end = Promise.withResolvers<never>();

  constructor() {
    this.end.promise.catch(() => undefined); // Only those who wait for something else meanwhile are told.
  }

  get pausing(): boolean {
    return this.wanted === 'pause';
  }

  get stopping(): boolean {
    return this.wanted === 'stop';
  }

  pause(): void {
    if (this.wanted === 'run') this.wanted = 'pause';
  }

  resume(): void {
    if (this.wanted === 'pause') this.change('run');
  }

  /** Final: a stopped run is gone on from by starting it again from its checkpoint. */
  stop(): void {
    this.end.reject(new Stopped());
    this.change('stop');
  }

  /** Throws `Stopped` where the run is to stop before it has begun. */
  throwIfStopping(): void {
    if (this.stopping) throw new Stopped();
  }

  /** Resolves when the run should no longer be paused. */
  async whilePausing(): Promise<void> {
    while (this.pausing) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  /** What `work` resolves with. Rejects with `Stopped` as soon as the run is to stop; the work itself goes on. */
  unlessStopped<T>(work: Promise<T>): Promise<T> {
    return Promise.race([this.end.promise, work]);
  }

  private change(wanted: 'run' | 'stop'): void {
    this.wanted = wanted;
    this.wake?.();
  }
}

/** A run was stopped before it had begun. */
export class Stopped extends Error {}

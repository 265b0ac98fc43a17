/** What a person wants of a run. The run looks at it between two submits. */
export class Control {
  private wanted: 'run' | 'pause' | 'stop' = 'run';
  private wake: (() => void) | undefined;

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
    this.change('stop');
  }

  /** Resolves when the run should no longer be paused. */
  async whilePausing(): Promise<void> {
    while (this.pausing) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  private change(wanted: 'run' | 'stop'): void {
    this.wanted = wanted;
    this.wake?.();
  }
}

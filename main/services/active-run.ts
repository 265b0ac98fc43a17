import { relative, sep } from 'node:path';
import type { RunEvent } from '../../engine/process/protocol.ts';
import type { ArtifactRow } from '../store/artifacts.ts';
import type { Store } from '../store/open.ts';
import type { RunRow } from '../store/runs.ts';
import type { MetricPoint } from '../../engine/process/protocol.ts';

const OVER: ReadonlySet<string> = new Set(['finished', 'stopped', 'failed', 'interrupted']);

/**
 * A run that the engine works on. The truth about it is here until `save` has put it into the store, so that a store that
 * cannot be written for a while (a full disk) loses nothing.
 */
export class ActiveRun {
  row: RunRow;
  private readonly home: string;
  private points: MetricPoint[] = [];
  private checkpoints: ArtifactRow[] = [];
  /** When the training that is going on began, in milliseconds; null while there is none. */
  private since: number | null = null;

  constructor(row: RunRow, home: string) {
    this.row = row;
    this.home = home;
  }

  get over(): boolean {
    return OVER.has(this.row.status);
  }

  apply(event: RunEvent): void {
    switch (event.kind) {
      case 'phase':
        return this.enter(event.phase, event.problem ?? null);
      case 'tuning':
      case 'compiling':
      case 'loading':
        return;
      case 'device':
        return this.set({ device: event.device, peakBytes: event.peakBytes, parameters: event.parameters });
      case 'initial':
        return this.begin(event);
      case 'metrics':
        return this.measure(event.points);
      case 'speed':
        return this.set({ step: event.step, epoch: event.epoch });
      case 'checkpoint':
        return this.checkpoint(event);
      case 'result':
        return this.set({ metrics: { ...this.row.metrics, ...event.metrics }, step: event.steps });
    }
  }

  enter(status: RunRow['status'], problem: RunRow['problem']): void {
    this.stopClock();
    if (status === 'running') this.since = Date.now();
    const endedAt = OVER.has(status) ? new Date().toISOString() : null;
    this.set({ status, problem, endedAt });
    if (this.over) this.set({ owner: null });
  }

  /** Shows a problem that is none of the engine's, e.g. a full disk. */
  trouble(problem: RunRow['problem']): void {
    this.set({ problem });
  }

  /** Puts everything that is new into the store, all or nothing. */
  save(store: Store): void {
    if (this.since !== null) {
      this.stopClock();
      this.since = Date.now();
    }
    store.write(() => {
      store.runs.update(this.row.id, this.row);
      store.metrics.insert(this.row.id, this.points);
      for (const checkpoint of this.checkpoints) store.artifacts.saveCheckpoint(this.row.id, checkpoint);
    });
    this.points = [];
    this.checkpoints = [];
  }

  private begin({ run, step, taken, left }: Extract<RunEvent, { kind: 'initial' }>): void {
    this.set({ initial: { run, step, taken, left } });
  }

  private measure(points: readonly MetricPoint[]): void {
    this.points.push(...points);
    const latest = points.flatMap(({ split, values }) =>
      Object.entries(values).map(([name, value]) => [`${split}.${name}`, value]),
    );
    const step = Math.max(this.row.step, ...points.map((point) => point.step));
    const epoch = Math.max(this.row.epoch, ...points.map((point) => point.epoch));
    this.set({ step, epoch, metrics: { ...this.row.metrics, ...Object.fromEntries(latest) } });
  }

  private checkpoint(event: Extract<RunEvent, { kind: 'checkpoint' }>): void {
    const { sha256, bytes, step, epoch } = event;
    const path = relative(this.home, event.path).split(sep).join('/');
    this.checkpoints.push({ path, sha256, bytes, step, epoch, createdAt: new Date().toISOString() });
  }

  private stopClock(): void {
    if (this.since === null) return;
    this.set({ seconds: this.row.seconds + (Date.now() - this.since) / 1000 });
    this.since = null;
  }

  private set(changes: Partial<RunRow>): void {
    this.row = { ...this.row, ...changes };
  }
}

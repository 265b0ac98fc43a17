import type { Split } from '../core/dataset.ts';
import type { TypedArray } from '../core/dtype.ts';
import type { MetricPoint, RunEvent } from '../core/run.ts';
import type { TrainingModule } from './step.ts';

/** Least time between two speed events, and between two training points within an epoch. */
const INTERVAL_MILLISECONDS = 200;

export interface ReportParts {
  readonly runId: string;
  readonly emit: (event: RunEvent) => void;
  readonly measures: TrainingModule['measures'];
  readonly batch: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/** What is known about the time that is left. */
export interface Timing {
  readonly stepsPerSecond: number;
  /** Seconds that evaluating and saving take after each epoch. */
  readonly secondsPerEpochEnd: number;
}

/** Turns the measures of steps into points and speeds, not more of them than a person can see. */
export class Report {
  private readonly parts: ReportParts;
  private interval: Means;
  private epoch: Means;
  private lastPoint = performance.now();
  private lastSpeed = 0;
  private points: MetricPoint[] = [];
  private lastTold = 0;

  constructor(parts: ReportParts) {
    this.parts = parts;
    this.interval = new Means(parts.measures);
    this.epoch = new Means(parts.measures);
  }

  /** Takes in each measure of the latest steps, of which `step` is the last. */
  add(step: number, measured: readonly TypedArray[], timing: Timing): void {
    this.interval.add(measured);
    this.epoch.add(measured);
    const now = performance.now();
    if (now - this.lastPoint >= INTERVAL_MILLISECONDS) this.flush(step);
    if (now - this.lastSpeed >= INTERVAL_MILLISECONDS) this.speed(step, timing);
  }

  /** Makes the training point that is due, if there were steps since the last one. */
  flush(step: number): void {
    this.lastPoint = performance.now();
    if (this.interval.steps === 0) return;
    this.point('train', step, this.interval.values());
    this.interval = new Means(this.parts.measures);
  }

  /** Takes in a point of a split that was evaluated. Small models have thousands of epochs a second: points go together. */
  point(split: Split, step: number, values: MetricPoint['values']): void {
    this.points.push({ split, step, epoch: step / this.parts.stepsPerEpoch, values });
    if (performance.now() - this.lastTold >= INTERVAL_MILLISECONDS) this.tell();
  }

  /** Tells all points that were not told yet. */
  tell(): void {
    const { runId, emit } = this.parts;
    if (this.points.length > 0) emit({ kind: 'metrics', runId, points: this.points });
    this.points = [];
    this.lastTold = performance.now();
  }

  /** Means over the steps since the last call: an epoch, if called after each. Null where there were none. */
  takeEpoch(): MetricPoint['values'] | null {
    const { epoch } = this;
    this.epoch = new Means(this.parts.measures);
    return epoch.steps === 0 ? null : epoch.values();
  }

  private speed(step: number, { stepsPerSecond, secondsPerEpochEnd }: Timing): void {
    this.lastSpeed = performance.now();
    const { runId, emit, batch, stepsPerEpoch, totalSteps } = this.parts;
    const left = totalSteps - step;
    emit({
      kind: 'speed',
      runId,
      step,
      totalSteps,
      epoch: step / stepsPerEpoch,
      stepsPerSecond,
      examplesPerSecond: stepsPerSecond * batch,
      secondsLeft: left / stepsPerSecond + Math.ceil(left / stepsPerEpoch) * secondsPerEpochEnd,
    });
  }
}

/** Running means of all measures. */
class Means {
  steps = 0;
  private readonly measures: TrainingModule['measures'];
  private readonly sums: number[];

  constructor(measures: TrainingModule['measures']) {
    this.measures = measures;
    this.sums = measures.map(() => 0);
  }

  add(measured: readonly TypedArray[]): void {
    this.steps += measured[0].length;
    measured.forEach((values, at) => {
      for (const value of values) this.sums[at] += value;
    });
  }

  values(): Record<string, number> {
    return Object.fromEntries(
      this.measures.map(({ name, finish }, at) => [name, finish(this.sums[at] / this.steps)]),
    );
  }
}

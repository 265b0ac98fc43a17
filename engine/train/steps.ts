import type { Session } from '../backends/executor.ts';
import type { TypedArray } from '../core/dtype.ts';
import { Pace } from './pace.ts';
import type { Report } from './report.ts';
import { STEP, sumState } from './states.ts';
import type { TrainingModule } from './step.ts';

/** Steps that were handed to the device and whose sums are on their way back. */
interface Flight {
  readonly end: number;
  readonly steps: number;
  readonly values: Promise<Readonly<Record<string, TypedArray>>>;
}

/**
 * Hands training steps to the device, several at a time, and reads their sums back one submit behind, so that the
 * device never waits for the reading.
 */
export class StepQueue {
  readonly pace = new Pace();
  /** The last step that is known to have been taken. */
  step: number;
  private readonly session: Session;
  private readonly sums: readonly string[];
  private readonly report: Report;
  private flight: Flight | undefined;
  private lastSettled = 0;
  private readonly secondsPerEpochEnd: () => number;

  constructor(
    session: Session,
    measures: TrainingModule['measures'],
    report: Report,
    step: number,
    secondsPerEpochEnd: () => number,
  ) {
    this.session = session;
    this.sums = measures.map(({ name }) => sumState('train', name).name);
    this.report = report;
    this.step = step;
    this.secondsPerEpochEnd = secondsPerEpochEnd;
  }

  /** The step that will have been taken when everything handed over has run. */
  get submitted(): number {
    return this.flight?.end ?? this.step;
  }

  /** Hands over `steps` steps. Throws `BadStep` where an earlier one was bad. */
  async submit(steps: number): Promise<void> {
    const end = this.submitted + steps;
    if (!this.flight) this.lastSettled = performance.now();
    await this.session.run('train', steps);
    const values = this.session.read([STEP.name, ...this.sums]);
    values.catch(() => undefined); // Reported by settle, which may come later than the rejection.
    for (const sum of this.sums) await this.session.upload(sum, Float32Array.of(0));
    const previous = this.flight;
    this.flight = { end, steps, values };
    if (previous) await this.settle(previous);
  }

  /** Waits until everything handed over has run. */
  async drain(): Promise<void> {
    const { flight } = this;
    this.flight = undefined;
    if (flight) await this.settle(flight);
  }

  private async settle({ end, steps, values }: Flight): Promise<void> {
    const read = await values;
    const step = read[STEP.name][0];
    if (step !== end) throw new BadStep(step);
    const now = performance.now();
    this.pace.record(steps, now - this.lastSettled);
    this.lastSettled = now;
    this.step = step;
    const sums = this.sums.map((name) => read[name][0]);
    const { stepsPerSecond } = this.pace;
    this.report.add(step, steps, sums, { stepsPerSecond, secondsPerEpochEnd: this.secondsPerEpochEnd() });
  }
}

/** The device refused to take the step after this one: its loss is not finite. */
export class BadStep extends Error {
  readonly step: number;

  constructor(step: number) {
    super(`The loss of step ${step + 1} is not finite.`);
    this.step = step;
  }
}

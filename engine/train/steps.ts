import type { Session } from '../backends/executor.ts';
import type { TypedArray } from '../core/dtype.ts';
import { Pace } from './pace.ts';
import type { Report } from './report.ts';
import { RECORDED, RECORDED_STEPS, STEP, recordState } from './states.ts';
import type { TrainingModule } from './step.ts';

/** Steps that were handed to the device and whose measures are on their way back. */
interface Flight {
  readonly end: number;
  readonly steps: number;
  readonly values: Promise<Readonly<Record<string, TypedArray>>>;
}

/**
 * Hands training steps to the device, several at a time, and reads their measures back one submit behind, so that the
 * device never waits for the reading.
 */
export class StepQueue {
  /** The last step that is known to have been taken. */
  step: number;
  private readonly pace = new Pace();
  private readonly session: Session;
  private readonly records: readonly string[];
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
    this.records = measures.map(({ name }) => recordState(name).name);
    this.report = report;
    this.step = step;
    this.secondsPerEpochEnd = secondsPerEpochEnd;
  }

  /** The step that will have been taken when everything handed over has run. */
  get submitted(): number {
    return this.flight?.end ?? this.step;
  }

  /** How many steps to hand over at once. */
  get stepsPerSubmit(): number {
    return Math.min(this.pace.steps, RECORDED_STEPS);
  }

  /** Hands over steps by their programs, at most `stepsPerSubmit`. Throws `BadStep` where an earlier one was bad. */
  async submit(programs: readonly string[]): Promise<void> {
    const steps = programs.length;
    const end = this.submitted + steps;
    if (!this.flight) this.lastSettled = performance.now();
    await this.session.upload(RECORDED.name, Uint32Array.of(0));
    await runInTurn(this.session, programs);
    const values = this.session.read([STEP.name, ...this.records]);
    values.catch(() => undefined); // Reported by settle, which may come later than the rejection.
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
    const { stepsPerSecond } = this.pace;
    const measured = this.records.map((name) => read[name].subarray(0, steps));
    this.report.add(step, measured, { stepsPerSecond, secondsPerEpochEnd: this.secondsPerEpochEnd() });
  }
}

/** Runs programs one after the other. Neighbours that are the same go together. */
export async function runInTurn(session: Session, programs: readonly string[]): Promise<void> {
  for (let at = 0; at < programs.length;) {
    const next = programs.findIndex((program, other) => other > at && program !== programs[at]);
    const end = next < 0 ? programs.length : next;
    await session.run(programs[at], end - at);
    at = end;
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

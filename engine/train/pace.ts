/** How long one submit should take: short enough that pausing feels immediate, long enough to cost nothing. */
const TARGET_MILLISECONDS = 75;
/** Share of a new measurement in the running mean of the time per step. */
const WEIGHT = 0.3;

/** How fast training goes, and how many steps to hand over at once so that a submit takes the time it should. */
export class Pace {
  private millisecondsPerStep: number | undefined;
  private size = 1;

  /** Steps of the next submit. */
  get steps(): number {
    return this.size;
  }

  /** 0 until something has been measured. */
  get stepsPerSecond(): number {
    return this.millisecondsPerStep === undefined ? 0 : 1000 / this.millisecondsPerStep;
  }

  /** Takes in that `steps` steps took `milliseconds`. */
  record(steps: number, milliseconds: number): void {
    const measured = Math.max(milliseconds / steps, 1e-4);
    const before = this.millisecondsPerStep ?? measured;
    this.millisecondsPerStep = before + WEIGHT * (measured - before);
    const wanted = Math.round(TARGET_MILLISECONDS / this.millisecondsPerStep);
    // Growing at most twofold keeps one lucky measurement from causing a long stall.
    this.size = Math.max(1, Math.min(wanted, 2 * this.size));
  }
}

import type { Column } from '../../core/dataset.ts';
import type { WindowFill } from '../../core/import.ts';

/** All steps of a column, where those without a value have the one before in their stretch. */
interface CarriedSteps {
  readonly values: Float32Array;
  /** Numbers of each step. */
  readonly width: number;
  /** For each place whether it had no value: 1 or 0. */
  readonly missing: Uint8Array;
  /** Places at which stretches begin that windows keep to, and the end of the last. */
  readonly stretches: readonly number[];
}

/**
 * The steps of a column with what was missing filled in. On a straight line a missing step lies between the values before and after it, so
 * it says something of the one after: in a window this must not be one that the window does not reach, which is what it may be to predict.
 */
export class FilledSteps {
  private readonly carried: CarriedSteps;
  /** Where lines are wanted: all steps on them, and for each place the last one up to it that had a value. */
  private readonly lines: { readonly values: Float32Array; readonly known: Int32Array } | undefined;

  constructor(
    carried: CarriedSteps,
    { statistics }: Pick<Column, 'statistics'>,
    fill: WindowFill = 'previous',
  ) {
    this.carried = carried;
    this.lines = fill === 'linear' && statistics ? linesOf(carried) : undefined;
  }

  /** Steps from one place to before another, of which nothing behind them is known. */
  slice(from: number, end: number): Float32Array {
    const { values, width } = this.carried;
    if (!this.lines) return values.subarray(from * width, end * width);
    const steps = this.lines.values.slice(from, end);
    const open = Math.max(from, this.lines.known[end - 1] + 1);
    steps.set(values.subarray(open, end), open - from);
    return steps;
  }
}

function linesOf({ values, missing, stretches }: CarriedSteps) {
  const begins = new Set(stretches);
  const lines = values.slice();
  const known = new Int32Array(values.length);
  let last = -1;
  for (let place = 0; place < values.length; place++) {
    if (begins.has(place)) last = -1;
    if (!missing[place]) {
      for (let at = last + 1; last >= 0 && at < place; at++)
        lines[at] = values[last] + ((values[place] - values[last]) * (at - last)) / (place - last);
      last = place;
    }
    known[place] = last;
  }
  return { values: lines, known };
}

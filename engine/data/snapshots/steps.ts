import { Turn } from '../../core/turns.ts';
import { check, type ImportContext } from '../context.ts';
import { paced } from '../pace.ts';

/** Work on millions of rows, a few at a time, so that others are heard meanwhile. */

/** Rows that are looked at between two looks at the clock. */
const STEP_ROWS = 1 << 12;

/** So many rows more are done: tells of it, and lets others have a turn where it is time. Throws `CANCELLED`. */
export type Step = (rows: number) => Promise<void> | undefined;

/** The steps of a search that looks at `total` rows, those that are looked at twice counted twice. */
export function stepsOf(total: number, { onProgress, signal }: ImportContext): Step {
  const turn = new Turn();
  const tell = paced(onProgress, 0);
  let done = 0;
  return (rows) => {
    tell({ stage: 'Searching rows', done: (done += rows), total });
    return turn.over ? turn.pass().then(() => check(signal)) : undefined;
  };
}

/** Visits all rows, range by range. */
export async function eachRange(
  rows: number,
  step: Step,
  visit: (from: number, to: number) => unknown,
): Promise<void> {
  for (let from = 0; from < rows; from += STEP_ROWS) {
    const to = Math.min(rows, from + STEP_ROWS);
    await visit(from, to);
    await step(to - from);
  }
}

/** Those of `count` rows that are marked, in the order of `order`; of the rows themselves where absent. */
export async function markedRows(marks: Uint8Array, step: Step, order?: Uint32Array): Promise<Uint32Array> {
  const marked = new Uint32Array(marks.length);
  let count = 0;
  await eachRange(marks.length, step, (from, to) => {
    for (let at = from; at < to; at++) {
      const row = order ? order[at] : at;
      if (marks[row] === 1) marked[count++] = row;
    }
  });
  return marked.slice(0, count);
}

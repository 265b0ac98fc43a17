import { defineSplit, shareFields, TEST, VALIDATION, type SplitContext } from './split.ts';

export default defineSplit({
  id: 'time',
  title: 'By time',
  doc: 'The latest rows are the test, those before them the validation. Right where the model is to say what comes, from what was.',
  fields: shareFields,
  needs: 'time',
  divide: divideByTime,
  // The parts keep their places in time: what is later than the first test row is for the test, too.
  follow(context, { begins }) {
    assignFrom(context, begins[TEST], begins[VALIDATION]);
    return () => false;
  },
});

type Times = Pick<SplitContext, 'free' | 'times' | 'assignment'>;

export function divideByTime(
  context: Times,
  { validation, test }: { readonly validation: number; readonly test: number },
): void {
  const order = context.times!.filter((_, row) => context.free(row)).sort();
  const rows = order.length;
  const tests = boundary(order, rows - Math.round(rows * test));
  const wanted = tests - Math.round(rows * validation);
  const validations = Math.min(tests, boundary(order, Math.max(0, wanted)));
  assignFrom(context, order[tests] ?? Infinity, order[validations] ?? Infinity);
}

/** Free rows from these times on are for the test, and for validation. */
function assignFrom({ free, times, assignment }: Times, test: number, validation: number): void {
  for (const [row, time] of times!.entries()) {
    if (!free(row)) continue;
    if (time >= test) assignment[row] = TEST;
    else if (time >= validation) assignment[row] = VALIDATION;
  }
}

/** The next place at which time moves on: rows of one time stay together. */
function boundary(times: Float64Array, at: number): number {
  if (at <= 0 || at >= times.length) return at;
  let later = at;
  while (later < times.length && times[later] === times[later - 1]) later++;
  if (later < times.length) return later;
  let earlier = at;
  while (earlier > 0 && times[earlier] === times[earlier - 1]) earlier--;
  return earlier;
}

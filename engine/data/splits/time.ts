import { defineSplit, shareFields, TEST, VALIDATION } from './split.ts';

export default defineSplit({
  id: 'time',
  title: 'By time',
  doc: 'The latest rows are the test, those before them the validation. Right where the model is to say what comes, from what was.',
  fields: shareFields,
  needs: 'time',
  divide({ rows, times, assignment }, { validation, test }) {
    const order = rows.slice().sort((a, b) => times![a] - times![b] || a - b);
    const tests = boundary(order, times!, order.length - Math.round(order.length * test));
    const wanted = tests - Math.round(order.length * validation);
    const validations = Math.min(tests, boundary(order, times!, Math.max(0, wanted)));
    for (let at = tests; at < order.length; at++) assignment[order[at]] = TEST;
    for (let at = validations; at < tests; at++) assignment[order[at]] = VALIDATION;
  },
  // The parts keep their places in time: what is later than the first test row is for the test, too.
  follow({ rows, times, assignment }, { begins }) {
    for (const row of rows) {
      if (times![row] >= begins[TEST]) assignment[row] = TEST;
      else if (times![row] >= begins[VALIDATION]) assignment[row] = VALIDATION;
    }
    return new Int32Array(0);
  },
});

/** The next place at which time moves on: rows of one time stay together. */
function boundary(order: Int32Array, times: Float64Array, at: number): number {
  if (at <= 0 || at >= order.length) return at;
  let later = at;
  while (later < order.length && times[order[later]] === times[order[later - 1]]) later++;
  if (later < order.length) return later;
  let earlier = at;
  while (earlier > 0 && times[order[earlier]] === times[order[earlier - 1]]) earlier--;
  return earlier;
}

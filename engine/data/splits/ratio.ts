import { boolean } from '../../core/fields.ts';
import { permutation, streamOf } from '../../core/random.ts';
import { defineSplit, seedField, shareFields, TEST, VALIDATION } from './split.ts';

export default defineSplit({
  id: 'ratio',
  title: 'At random',
  doc: 'Rows are shuffled and divided. Right where each row stands for itself.',
  fields: {
    ...shareFields,
    seed: seedField,
    stratify: boolean({
      label: 'Stratify',
      help: 'Keeps the shares of the classes equal in all parts, where the target is a category.',
      default: true,
    }),
  },
  divide({ rows, classes, assignment }, { validation, test, seed, stratify }) {
    for (const alike of stratify && classes ? byClass(rows, classes) : [rows]) {
      const order = permutation(alike.length, seed, streamOf('split'), alike.length);
      const tests = Math.round(alike.length * test);
      const validations = Math.min(Math.round(alike.length * validation), alike.length - tests);
      for (let at = 0; at < tests; at++) assignment[alike[order[at]]] = TEST;
      for (let at = tests; at < tests + validations; at++) assignment[alike[order[at]]] = VALIDATION;
    }
  },
});

function byClass(rows: Int32Array, classes: Int32Array): readonly (readonly number[])[] {
  const alike = new Map<number, number[]>();
  for (const row of rows) {
    const known = alike.get(classes[row]);
    if (known) known.push(row);
    else alike.set(classes[row], [row]);
  }
  return [...alike.entries()].sort((a, b) => a[0] - b[0]).map(([, of]) => of);
}

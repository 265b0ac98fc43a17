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

/** The rows of each class, in the order of their codes: counted first, then put in place (counting sort). */
function byClass(rows: Int32Array, classes: Int32Array): readonly Int32Array[] {
  const counts = new Int32Array(classes.reduce((most, code) => Math.max(most, code), 0) + 1);
  for (let at = 0; at < rows.length; at++) counts[classes[rows[at]]]++;
  const alike = Array.from(counts, (count) => new Int32Array(count));
  const filled = new Int32Array(counts.length);
  for (let at = 0; at < rows.length; at++) {
    const code = classes[rows[at]];
    alike[code][filled[code]++] = rows[at];
  }
  return alike.filter(({ length }) => length > 0);
}

import { permutation, streamOf } from '../../core/random.ts';
import { defineSplit, seedField, shareFields, TEST, VALIDATION } from './split.ts';

export default defineSplit({
  id: 'group',
  title: 'By group',
  doc: 'All rows of a group go into the same part, so that the model is measured on groups that it has never seen: other patients, other shops.',
  fields: { ...shareFields, seed: seedField },
  needs: 'group',
  divide({ rows, free, groups, assignment }, { validation, test, seed }) {
    const members = new Map<number, number>();
    let divided = 0;
    for (let row = 0; row < rows; row++) {
      if (!free(row)) continue;
      members.set(groups![row], (members.get(groups![row]) ?? 0) + 1);
      divided++;
    }
    const all = [...members.keys()];
    const order = permutation(all.length, seed, streamOf('split'), all.length);
    const partOf = new Map<number, number>();
    let left = all.length;
    for (const [part, share] of [
      [TEST, test],
      [VALIDATION, validation],
    ] as const) {
      let wanted = Math.round(divided * share);
      for (const at of order) {
        const size = members.get(all[at])!;
        // A group that would be more than half too much is left to the others; one is left for training.
        if (partOf.has(all[at]) || size > 2 * wanted || left === 1) continue;
        partOf.set(all[at], part);
        wanted -= size;
        left--;
      }
    }
    for (let row = 0; row < rows; row++)
      if (free(row)) assignment[row] = partOf.get(groups![row]) ?? assignment[row];
  },
  follow({ rows, free, groups, assignment }, { parts }) {
    for (let row = 0; row < rows; row++)
      if (free(row)) assignment[row] = parts.get(groups![row]) ?? assignment[row];
    return (row) => !parts.has(groups![row]);
  },
});

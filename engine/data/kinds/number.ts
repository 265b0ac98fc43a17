import { inRole, Moments, standardise } from '../moments.ts';
import { parseNumber } from '../table.ts';
import type { TypedArray } from '../../core/dtype.ts';
import { StrataError } from '../../core/errors.ts';
import type { Affine } from '../../core/dataset.ts';
import { emptyColumn } from './empty.ts';
import { defineKind } from './kind.ts';

export default defineKind({
  id: 'number',
  title: 'Number',
  doc: 'A quantity. Missing ones become the mean of the training rows; inputs are brought to mean 0 and deviation 1, and so are targets while a model learns.',
  fields: {},
  steps: true,
  roles: ['input', 'target', 'weight'],
  begin: ({ role: chosen }) => ({
    form: { dtype: 'f32', shape: [] },
    missing: Number.NaN,
    numeric: chosen !== 'weight',
    stage(cell) {
      const value = typeof cell === 'number' ? cell : parseNumber(String(cell));
      return Number.isFinite(Math.fround(value)) && (chosen !== 'weight' || value >= 0) ? value : undefined;
    },
    async fit({ name, role, normalise, rows, isTraining }) {
      const moments = new Moments();
      let missing = 0;
      let row = 0;
      const count = (values: TypedArray): void => {
        for (let at = 0; at < values.length; at++, row++) {
          const value = values[at];
          if (Number.isNaN(value)) missing++;
          else if (isTraining(row)) moments.add(value);
        }
      };
      for await (const batch of rows()) count(batch as TypedArray);
      if (missing === row) throw emptyColumn(name);
      const statistics = moments.statistics();
      const standard = normalise && inRole(role, standardise([statistics]));
      const affine = role === 'weight' ? { normalisation: averageOne(name, statistics.mean) } : standard;
      return {
        column: { dtype: 'f32', shape: [], missing, statistics, ...affine },
        convert: (value) => (Number.isNaN(value) ? statistics.mean : Number(value)),
      };
    },
  }),
});

/** Weights of rows are 1 on average, so that they do not change the learning rate. */
function averageOne(name: string, mean: number): Affine {
  if (mean > 0) return { offset: [0], scale: [1 / mean] };
  throw new StrataError({
    code: 'WEIGHTS_ZERO',
    message: `The weights in column "${name}" are all 0 in the training part.`,
    where: `column "${name}"`,
    expected: 'at least one weight above 0',
    fix: 'Give the column another role.',
  });
}

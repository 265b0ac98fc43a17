import { Moments, standardise } from '../moments.ts';
import { parseNumber } from '../table.ts';
import { emptyColumn } from './empty.ts';
import { defineKind } from './kind.ts';

export default defineKind({
  id: 'number',
  title: 'Number',
  doc: 'A quantity. Missing ones become the mean of the training rows; inputs are brought to mean 0 and deviation 1.',
  fields: {},
  begin: () => ({
    form: { dtype: 'f32', shape: [] },
    missing: Number.NaN,
    stage(cell) {
      const value = typeof cell === 'number' ? cell : parseNumber(String(cell));
      return Number.isFinite(value) ? value : undefined;
    },
    async fit({ name, role, normalise, rows, isTraining }) {
      const moments = new Moments();
      let missing = 0;
      let row = 0;
      for await (const staged of rows()) {
        const value = Number(staged[0]);
        if (Number.isNaN(value)) missing++;
        else if (isTraining(row)) moments.add(value);
        row++;
      }
      if (missing === row) throw emptyColumn(name);
      const statistics = moments.statistics();
      const normalisation = normalise && role === 'input' ? standardise([statistics]) : undefined;
      return {
        column: { dtype: 'f32', shape: [], missing, statistics, ...(normalisation && { normalisation }) },
        convert: ([value]) => (Number.isNaN(value) ? statistics.mean : Number(value)),
      };
    },
  }),
});

import type { Column } from '../../core/dataset.ts';
import { columnsIn, listed, type CheckRecord } from './check.ts';

const check: CheckRecord = {
  id: 'constant',
  title: 'Columns that never change',
  doc: 'Inputs and targets with the same value in every row, which nothing can be learned from.',
  async run({ schema }) {
    const same = columnsIn(schema, 'input', 'target').filter(isConstant);
    if (same.length === 0) return [];
    return [
      {
        code: 'CHECK_CONSTANT',
        message: `${listed(same.map(({ name }) => name))} ${same.length === 1 ? 'has' : 'have'} the same value in all training rows.`,
        fix: 'Ignore such columns when you import: they say nothing.',
      },
    ];
  },
};
export default check;

function isConstant({ classes, counts, statistics }: Column): boolean {
  if (statistics) return statistics.min === statistics.max;
  return counts !== undefined && classes !== undefined && counts.filter((count) => count > 0).length === 1;
}

import { columnsIn, listed, percent, totalRows, type CheckRecord } from './check.ts';

/** A larger share of rows without a target than this is worth a word. */
const NOTABLE = 0.05;

const check: CheckRecord = {
  id: 'targets',
  title: 'Missing targets',
  doc: 'Whether more than a twentieth of the rows was left out since they have no target.',
  async run({ schema, left: { targetless } }) {
    const share = targetless / (totalRows(schema) + targetless);
    if (share <= NOTABLE) return [];
    const names = listed(columnsIn(schema, 'target').map(({ name }) => name));
    return [
      {
        code: 'CHECK_TARGETS',
        message: `${targetless} rows (${percent(share)}) have no value in ${names} and were left out.`,
        where: `target ${names}`,
        fix: 'See whether this is the column to predict and whether its values were read. If they are missing for a reason, the model learns nothing of such rows, and what it predicts for them was never measured.',
      },
    ];
  },
};
export default check;

import { columnsIn, percent, totalRows, type CheckRecord } from './check.ts';

/** A larger share of missing values than this is worth a word. */
const MOSTLY = 0.5;

const check: CheckRecord = {
  id: 'missing',
  title: 'Mostly missing values',
  doc: 'Inputs whose value is missing in more than half of the rows.',
  async run({ schema }) {
    const rows = totalRows(schema);
    return columnsIn(schema, 'input')
      .filter(({ missing }) => missing > MOSTLY * rows)
      .map(({ name, missing }) => ({
        code: 'CHECK_MISSING',
        message: `${percent(missing / rows)} of the values of "${name}" are missing, and were filled in.`,
        where: `column "${name}"`,
        fix: 'Ignore the column when you import, or let a missing value be a class of its own.',
      }));
  },
};
export default check;

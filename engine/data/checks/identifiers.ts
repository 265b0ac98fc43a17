import { SPLITS, type Column } from '../../core/dataset.ts';
import { columnsIn, isScalar, totalRows, type CheckedData, type CheckRecord } from './check.ts';

/** Fewer rows than this say nothing. */
const LEAST_ROWS = 20;
/** A category with a class for nearly every row names rows. */
const NEARLY_ALL = 0.9;
/** Whole numbers that leave out fewer of those between the first and the last than this count rows. */
const GAPS = 1.5;

const check: CheckRecord = {
  id: 'identifiers',
  title: 'Inputs that only name rows',
  doc: 'Categories with another class in nearly every row, and numbers that count the rows: a model can learn them by heart.',
  async run(data) {
    const rows = totalRows(data.schema);
    if (rows < LEAST_ROWS) return [];
    const naming: string[] = [];
    for (const column of columnsIn(data.schema, 'input').filter(isScalar)) {
      const names = column.classes
        ? column.classes.length >= NEARLY_ALL * rows
        : await countsRows(data, column, rows);
      if (names) naming.push(column.name);
    }
    return naming.map((name) => ({
      code: 'CHECK_IDENTIFIER',
      message: `"${name}" has another value in nearly every row, as if it named or numbered them.`,
      where: `column "${name}"`,
      fix: 'Give the column the role Id or Time, or ignore it, when you import.',
    }));
  },
};
export default check;

/** True where whole numbers grow from row to row without large gaps. Parts keep the order of the source. */
async function countsRows(data: CheckedData, column: Column, rows: number): Promise<boolean> {
  let [least, most] = [Infinity, -Infinity];
  for (const split of SPLITS) {
    let before = -Infinity;
    for await (const batch of data.batches(split, column)) {
      for (const value of batch) {
        if (!Number.isInteger(value) || value <= before) return false;
        before = value;
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
  }
  return most - least < GAPS * rows;
}

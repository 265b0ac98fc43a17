import type { Column, DatasetSchema } from '../core/dataset.ts';
import { allocate } from '../core/dtype.ts';
import { StrataError } from '../core/errors.ts';
import { size } from '../core/shape.ts';
import type { Rows } from '../data/snapshots/batches.ts';
import { expectedCell, isAbsent, storedCell } from '../data/stored-cell.ts';

/** One row by the names of its columns: a number, the name of a class, a text, or all values of an image or tensor. */
export type GivenRow = Readonly<Record<string, unknown>>;

/** The part that given rows are read as. */
export const GIVEN = 'test';

/** Rows that somebody has typed or sent, for a model that knows the columns of `schema`. Reading throws `ROW_VALUE`. */
export function givenRows(schema: DatasetSchema, rows: readonly GivenRow[]): Rows {
  return {
    schema: { ...schema, rows: { train: 0, validation: 0, [GIVEN]: rows.length } },
    read: async (_, name, start, count) => {
      const column = schema.columns.find((candidate) => candidate.name === name)!;
      const width = size(column.shape);
      const taken = rows.slice(start, start + count);
      const values = allocate(column.dtype, taken.length * width);
      taken.forEach((row, at) => values.set(storedValue(column, row[name], start + at), at * width));
      return values;
    },
    readMissing: async (_, name, start, count) =>
      Uint8Array.from(rows.slice(start, start + count), (row) => Number(isAbsent(row[name]))),
  };
}

/** A value as the data set would have stored it. A row that lacks the column is refused. Throws `ROW_VALUE`. */
export function storedValue(column: Column, value: unknown, row: number): ArrayLike<number> {
  const stored = storedCell(column, value);
  if (stored === undefined) throw wrongValue(column, value, row, expectedCell(column));
  return typeof stored === 'number' ? [stored] : stored;
}

export function wrongValue(
  { name }: Pick<Column, 'name'>,
  value: unknown,
  row: number,
  expected: string,
): StrataError {
  return new StrataError({
    code: 'ROW_VALUE',
    message: `Row ${row + 1} has no value for the column "${name}" that the model could take.`,
    where: `row ${row + 1}, column "${name}"`,
    got: value === undefined ? 'nothing' : (JSON.stringify(value)?.slice(0, 80) ?? typeof value),
    expected,
    fix: 'Give a value for every column that the model reads, as in the data that it was trained with.',
  });
}

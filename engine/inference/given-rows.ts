import type { Column, DatasetSchema } from '../core/dataset.ts';
import { allocate } from '../core/dtype.ts';
import { StrataError } from '../core/errors.ts';
import { size } from '../core/shape.ts';
import type { Rows } from '../data/batches.ts';
import { kindOf } from '../data/kinds/catalogue.ts';

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
  };
}

/** A value as the data set would have stored it, what is missing by what the column fills in. A row that lacks the column is refused. */
export function storedValue(column: Column, value: unknown, row: number): ArrayLike<number> {
  const { filler, shape } = column;
  if (filler && (value === null || value === ''))
    return filler.length === 1 ? new Float64Array(size(shape)).fill(filler[0]) : filler;
  const stored = value === undefined ? undefined : kindOf(column.kind).store(value, column);
  if (stored === undefined) throw wrongValue(column, value, row, expected(column));
  return typeof stored === 'number' ? [stored] : stored;
}

function expected({ kind, shape, classes }: Column): string {
  const { fixed, title } = kindOf(kind);
  if (fixed) return `${size(shape)} numbers`;
  return classes && shape.length === 0
    ? `one of ${classes.slice(0, 20).join(', ')}`
    : `a ${title.toLowerCase()}`;
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

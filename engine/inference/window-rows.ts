import type { Column, DatasetSchema, WindowSchema } from '../core/dataset.ts';
import { StrataError } from '../core/errors.ts';
import { parseParams } from '../core/fields.ts';
import type { Rows } from '../data/snapshots/batches.ts';
import { kindOf } from '../data/kinds/catalogue.ts';
import type { ColumnImport } from '../data/kinds/kind.ts';
import { seriesOf, windowsIn } from '../data/windows/series.ts';
import { GIVEN, storedValue, wrongValue, type GivenRow } from './given-rows.ts';

/** Windows of a series that somebody has given step by step. */
export interface GivenWindows extends Rows {
  /** When the last step is that each window sees, with its group. */
  readonly after: readonly string[];
}

/**
 * Every window of the steps in `rows`, up to the one that ends with the last step: what follows need not be known. Steps are put in
 * the order of time; one without a value has the value before. Throws `ROW_VALUE` or `ROWS_TOO_FEW`.
 */
export function windowRows(
  schema: DatasetSchema,
  { time, group, length }: WindowSchema,
  rows: readonly GivenRow[],
): GivenWindows {
  const { name, kind, options } = time;
  const record = kindOf(kind);
  const reading = record.begin(
    { name, kind, role: 'time' },
    parseParams(record.fields, options).params,
    new Map(),
  );
  const times = Float64Array.from(rows, (row, at) => timeOf(reading, row, name, at));
  const groupNames = rows.map((row) => (group === undefined ? '' : String(row[group] ?? '')));
  const different = [...new Set(groupNames)];
  const groups = Int32Array.from(groupNames, (own) => different.indexOf(own));
  const series = seriesOf(
    { times, groups, given: null },
    { validation: 0, test: 0, seed: 0, stratify: false },
  );
  const [starts] = windowsIn(series, { time: name, length, horizon: 0, stride: 1 }, () => false);
  if (starts.length === 0) throw tooFew(rows.length, length);
  const steps = Array.from(series.order, (row) => rows[row]);
  const known = new Map<string, Float32Array>();
  return {
    schema: { ...schema, rows: { train: 0, validation: 0, [GIVEN]: starts.length } },
    after: starts.map((start) => {
      const last = series.order[start + length - 1];
      return [groupNames[last], String(rows[last][name])].filter((word) => word !== '').join(' ');
    }),
    read: async (_, wanted, first, count) => {
      const column = schema.columns.find((candidate) => candidate.name === wanted)!;
      const width = column.shape[1];
      const values = known.get(wanted) ?? stepValues(column, steps, new Set(series.bounds));
      known.set(wanted, values);
      const taken = starts.slice(first, first + count);
      const windows = new Float32Array(taken.length * length * width);
      taken.forEach((start, at) =>
        windows.set(values.subarray(start * width, (start + length) * width), at * length * width),
      );
      return windows;
    },
    // Steps without a value have the one before; a model is not told of it.
    readMissing: async (_, __, first, count) => new Uint8Array(starts.slice(first, first + count).length),
  };
}

function timeOf({ stage, time }: ColumnImport, row: GivenRow, name: string, at: number): number {
  const value = row[name];
  const text = typeof value === 'string' || typeof value === 'number' ? stage(value) : undefined;
  if (text === undefined) throw wrongValue({ name }, value, at, 'the time of the step');
  return time!(text);
}

/** All steps of a column, one behind the other, as the data set would have stored them. */
function stepValues(column: Column, steps: readonly GivenRow[], begins: ReadonlySet<number>): Float32Array {
  const [, width] = column.shape;
  const one = { ...column, shape: [width] };
  const values = new Float32Array(steps.length * width);
  let before: ArrayLike<number> | undefined;
  for (const [place, step] of steps.entries()) {
    if (begins.has(place)) before = column.statistics && [column.statistics.mean];
    const value = step[column.name] ?? undefined;
    before = value === undefined && before ? before : storedValue(one, value, place);
    values.set(before, place * width);
  }
  return values;
}

function tooFew(got: number, length: number): StrataError {
  return new StrataError({
    code: 'ROWS_TOO_FEW',
    message: 'There are too few steps for a window.',
    got: `${got} rows`,
    expected: `at least ${length} in a row`,
    fix: 'Give as many steps before the one to predict as the model was trained to see.',
  });
}

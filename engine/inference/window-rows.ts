import type { Column, DatasetSchema, WindowSchema } from '../core/dataset.ts';
import { StrataError } from '../core/errors.ts';
import { parseParams } from '../core/fields.ts';
import { size } from '../core/shape.ts';
import type { Rows } from '../data/snapshots/batches.ts';
import { dateFeatures } from '../data/dates/date-features.ts';
import { kindOf } from '../data/kinds/catalogue.ts';
import type { ColumnImport } from '../data/kinds/kind.ts';
import { seriesOf, windowsIn } from '../data/windows/series.ts';
import { FilledSteps } from '../data/windows/filled-steps.ts';
import { stepsAfter } from '../data/windows/steps.ts';
import { isAbsent } from '../data/stored-cell.ts';
import { GIVEN, storedValue, wrongValue, type GivenRow } from './given-rows.ts';

/** Windows of a series that somebody has given step by step. */
export interface GivenWindows extends Rows {
  /** When the last step is that each window sees, with its group. */
  readonly after: readonly string[];
}

/**
 * Every window of the steps in `rows`, up to the one that ends with the last step: what follows need not be known, except of columns that are
 * known ahead. Of these the steps behind the last one that has a value of a target tell what is known; dates that are not there are worked
 * out. Steps are put in the order of time; one without a value has the value before. Throws `ROW_VALUE`, `ROWS_TOO_FEW` or `ROWS_AHEAD`.
 */
export function windowRows(
  schema: DatasetSchema,
  windows: WindowSchema,
  rows: readonly GivenRow[],
): GivenWindows {
  const given = stepsOf(schema, windows, rows);
  const { starts, labels } = given;
  const { length } = windows;
  if (starts.length === 0) throw tooFew(rows.length, length);
  const known = new Map<string, FilledSteps>();
  return {
    schema: { ...schema, rows: { train: 0, validation: 0, [GIVEN]: starts.length } },
    after: starts.map((start) => labels[start + length - 1]),
    read: async (_, wanted, first, count) => {
      const column = schema.columns.find((candidate) => candidate.name === wanted)!;
      const taken = starts.slice(first, first + count);
      if (column.follows === windows.time.name) return datesAhead(column, windows, given, taken);
      const [shown, width] = column.shape;
      const from = column.follows === undefined ? 0 : length;
      const values = known.get(wanted) ?? stepValues(column, windows, given);
      known.set(wanted, values);
      const read = new Float32Array(taken.length * shown * width);
      taken.forEach((start, at) =>
        read.set(values.slice(start + from, start + from + shown), at * shown * width),
      );
      return read;
    },
    // Steps without a value have the one before; a model is not told of it.
    readMissing: async (_, __, first, count) => new Uint8Array(starts.slice(first, first + count).length),
  };
}

/** Given steps, group after group in the order of time. */
interface Steps {
  readonly steps: readonly GivenRow[];
  readonly times: readonly number[];
  /** When each was, with its group. */
  readonly labels: readonly string[];
  /** Places at which groups begin, and the end of the last. */
  readonly bounds: readonly number[];
  /** The same of what windows keep to: groups, cut at gaps that are too wide. */
  readonly stretches: readonly number[];
  /** For each place whether it only tells what is known ahead: 1 or 0. */
  readonly future: Uint8Array;
  /** Places at which windows begin. */
  readonly starts: readonly number[];
}

function stepsOf(schema: DatasetSchema, windows: WindowSchema, rows: readonly GivenRow[]): Steps {
  const { time, group, length, maxGap, every } = windows;
  const times = timesOf(time, rows);
  const groupNames = rows.map((row) => (group === undefined ? '' : String(row[group] ?? '')));
  const different = [...new Set(groupNames)];
  const groups = Int32Array.from(groupNames, (own) => different.indexOf(own));
  const { order, bounds, stretches } = seriesOf(
    { times, groups, given: null, maxGap, every },
    { validation: 0, test: 0, seed: 0, stratify: false },
  );
  const steps = Array.from(order, (row) => rows[row]);
  const ahead = schema.columns.filter(({ role, follows }) => role === 'input' && follows !== undefined);
  const future = ahead.length > 0 ? futureOf(schema, steps, bounds) : new Uint8Array(steps.length);
  const seen = { time: time.name, length, horizon: 0, stride: 1 };
  const [starts] = windowsIn({ parts: future, stretches }, seen, () => false);
  const stored = ahead.find(({ follows }) => follows !== time.name);
  if (stored) requireFuture(stored, windows, starts, bounds);
  const labels = Array.from(order, (row) =>
    [groupNames[row], String(rows[row][time.name])].filter((word) => word !== '').join(' '),
  );
  return { steps, times: Array.from(order, (row) => times[row]), labels, bounds, stretches, future, starts };
}

/** The last steps of each group, as far as none of them has a value of a target. */
function futureOf(
  { columns }: DatasetSchema,
  steps: readonly GivenRow[],
  bounds: readonly number[],
): Uint8Array {
  const targets = columns.flatMap(({ role, follows }) => (role === 'target' ? (follows ?? []) : []));
  const isFuture = (step: GivenRow): boolean => targets.every((name) => isAbsent(step[name] ?? null));
  const future = new Uint8Array(steps.length);
  for (const [group, end] of bounds.slice(1).entries()) {
    const last = steps.slice(bounds[group], end).findLastIndex((step) => !isFuture(step));
    future.fill(1, bounds[group] + last + 1, end);
  }
  return future;
}

/** Throws `ROWS_AHEAD` where a window is not followed by all steps that a column is to be known of. */
function requireFuture(
  { follows }: Column,
  { length, horizon }: WindowSchema,
  starts: readonly number[],
  bounds: readonly number[],
): void {
  for (const start of starts) {
    const there = endOf(start, bounds) - start - length;
    if (there >= horizon) continue;
    throw new StrataError({
      code: 'ROWS_AHEAD',
      message: `The model is given "${follows}" ahead, and the rows do not tell what it will be.`,
      where: `column "${follows}"`,
      got: `${there} of ${horizon} steps behind the last one to be seen`,
      expected: `${horizon} more rows, with the time and all columns that are known ahead`,
      fix: 'Add the rows that follow, and leave what is to be predicted empty in them.',
    });
  }
}

const endOf = (place: number, bounds: readonly number[]): number => bounds.find((bound) => bound > place)!;

/** What models see of the dates of the horizon: those of rows where they are given, and regular steps from there on. */
function datesAhead(
  { date, shape }: Column,
  { length, horizon, every }: WindowSchema,
  { times, bounds }: Steps,
  starts: readonly number[],
): Float32Array {
  const values = new Float32Array(starts.length * size(shape));
  for (const [at, start] of starts.entries()) {
    const last = Math.min(start + length + horizon, endOf(start, bounds)) - 1;
    const features = Array.from({ length: horizon }, (_, step) => {
      const place = start + length + step;
      const time = place <= last ? times[place] : stepsAfter(times[last], every!, place - last);
      return dateFeatures(time, date!);
    });
    values.set(features.flat(), at * size(shape));
  }
  return values;
}

function timesOf({ name, kind, options }: WindowSchema['time'], rows: readonly GivenRow[]): Float64Array {
  const record = kindOf(kind);
  const { params } = parseParams(record.fields, options);
  const reading = record.begin({ name, kind, role: 'time' }, params, new Map());
  return Float64Array.from(rows, (row, at) => timeOf(reading, row, name, at));
}

function timeOf({ stage, time }: ColumnImport, row: GivenRow, name: string, at: number): number {
  const value = row[name];
  const text = typeof value === 'string' || typeof value === 'number' ? stage(value) : undefined;
  if (text === undefined) throw wrongValue({ name }, value, at, 'the time of the step');
  return time!(text);
}

/** All steps of a column, one behind the other, as the data set would have stored them. What is known ahead needs its value. */
function stepValues(
  column: Column,
  { fill }: WindowSchema,
  { steps, stretches, future }: Steps,
): FilledSteps {
  const [, width] = column.shape;
  const { follows: name = column.name } = column;
  const begins = new Set(stretches);
  const one = { ...column, name, shape: [width] };
  const values = new Float32Array(steps.length * width);
  const missing = new Uint8Array(steps.length);
  let before: ArrayLike<number> | undefined;
  for (const [place, step] of steps.entries()) {
    if (begins.has(place)) before = column.statistics && [column.statistics.mean];
    const value = isAbsent(step[name]) ? undefined : step[name];
    const filled = value === undefined && before && !(column.follows !== undefined && future[place]);
    before = filled ? before! : storedValue(one, value, place);
    values.set(before, place * width);
    missing[place] = Number(value === undefined);
  }
  return new FilledSteps({ values, width, missing, stretches }, column, fill);
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

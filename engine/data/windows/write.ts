import { join } from 'node:path';
import { SPLITS, type Affine, type Column, type Split, type WindowSchema } from '../../core/dataset.ts';
import type { Problem } from '../../core/errors.ts';
import type { ImportRequest, WindowChoice } from '../../core/import.ts';
import type { ImportedColumn } from '../columns.ts';
import { check, type ImportContext } from '../context.ts';
import { kindOf } from '../kinds/catalogue.ts';
import type { FittedColumn, StagedBatch, StagedRow } from '../kinds/kind.ts';
import { isMissing } from '../kinds/missing.ts';
import { shardFile } from '../snapshots/snapshot.ts';
import { stagedFile, type Staged } from '../stage.ts';
import { emptyBatch, stagedRows, TensorWriter } from '../staging.ts';
import { FilledSteps } from './filled-steps.ts';
import { formatStep } from './steps.ts';
import { uniqueNames } from '../tables/table.ts';
import type { SeriesColumns } from './choose.ts';
import { filledIn, repeatedTimes, requireFewClasses, requireWindows, warningsOf } from './problems.ts';
import type { WriteFolders } from '../write-column.ts';
import { seriesOf, windowsIn, type Series } from './series.ts';

const TRAIN = SPLITS.indexOf('train');

export interface WrittenWindows {
  readonly columns: readonly Column[];
  readonly rows: Readonly<Record<Split, number>>;
  readonly windows: WindowSchema;
  /** Rows that were left out. */
  readonly skipped: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Writes staged rows as windows: of each input column the steps of a window, f32[length × features]; of each target column the steps that
 * follow, f32[horizon], or a number where it is one; of columns known ahead these, too, f32[horizon × features]. Other columns keep what they say of the first step that is to be predicted. One
 * column at a time is in memory. Throws `WINDOW_TOO_SHORT` or `WINDOW_TIMES_REPEAT`.
 */
export async function writeWindows(
  chosen: SeriesColumns,
  staged: Staged,
  folders: WriteFolders,
  { split, onBadRow, normalise }: ImportRequest,
  context: ImportContext,
): Promise<WrittenWindows> {
  const { windows, columns, time, group, targets } = chosen;
  const read = ({ index, values }: ImportedColumn) =>
    stagedRows(join(folders.staging, stagedFile(index)), values.form);
  const times = Float64Array.from(await mapped(read(time), (value) => time.values.time!(value)));
  const groups = group ? codesOf(await mapped(read(group), String)) : null;
  const series = seriesOf({ times, groups, given: staged.given, maxGap: windows.maxGap }, split);
  const skipped = repeatedTimes(series, windows, onBadRow);

  const missing = new Set<number>();
  for (const column of columns.filter(({ name }) => targets.has(name))) {
    const values = await ordered(read(column), column, series);
    for (const [place, value] of values.entries()) if (isMissing(value, column.values)) missing.add(place);
  }
  const starts = windowsIn(series, windows, (place) => missing.has(place));
  requireWindows(starts, series, windows);

  const writer = new ColumnWriter(series, starts, windows, folders.target);
  const written: Column[] = [];
  const filled: Problem[] = [];
  const behind = columns.map(({ name }) => (targets.has(name) ? `next ${name}` : `${name} ahead`));
  const { names } = uniqueNames([...columns.map(({ name }) => name), ...behind], '');
  for (const [number, column] of columns.entries()) {
    check(context.signal);
    context.onProgress({ stage: `Writing ${column.name}`, done: number, total: columns.length });
    const values = await ordered(read(column), column, series);
    const fit = await writer.fit(column, () => read(column), normalise);
    written.push(await writer.steps(written.length, column, values, fit));
    if (column.role === 'input' && fit.column.missing > 0)
      filled.push(filledIn(column, values, series, windows));
    const name = names[columns.length + number];
    if (targets.has(column.name)) written.push(await writer.next(written.length, name, column, values, fit));
    if (windows.ahead?.includes(column.name))
      written.push(await writer.ahead(written.length, name, column, values, fit));
  }
  const [train, validation, test] = starts.map(({ length }) => length);
  return {
    columns: written,
    rows: { train, validation, test },
    windows: windowSchema(chosen, series),
    skipped,
    warnings: [...warningsOf(series, starts, windows), ...filled],
  };
}

function windowSchema(
  { windows: { ahead: _, ...counts }, time }: SeriesColumns,
  { step }: Series,
): WindowSchema {
  const { name, kind, options } = time;
  const every = step && { unit: step.unit, count: step.count };
  return { ...counts, time: { name, kind, options }, ...(step && { step: formatStep(step), every }) };
}

/** Writes columns of windows, each in a file for each part. */
class ColumnWriter {
  private readonly series: Series;
  private readonly starts: readonly (readonly number[])[];
  private readonly windows: WindowChoice;
  private readonly folder: string;

  constructor(series: Series, starts: readonly (readonly number[])[], windows: WindowChoice, folder: string) {
    this.series = series;
    this.starts = starts;
    this.windows = windows;
    this.folder = folder;
  }

  /** How a column is stored; that of an input as steps. */
  async fit(
    { name, role, kind, values }: ImportedColumn,
    rows: () => AsyncIterable<StagedBatch>,
    normalise: boolean,
  ): Promise<FittedColumn> {
    const { parts, places } = this.series;
    const isTraining = (row: number): boolean => parts[places[row]] === TRAIN;
    const fitted = await values.fit({ name, role, normalise, rows, isTraining });
    if (role !== 'input') return fitted;
    requireFewClasses(name, fitted.column);
    return kindOf(kind).steps!(fitted);
  }

  /** The steps of each window; of a column that is no input, what it says of the first step behind. */
  async steps(
    number: number,
    column: ImportedColumn,
    staged: StagedBatch,
    fit: FittedColumn,
  ): Promise<Column> {
    const { name, role, kind } = column;
    const { length } = this.windows;
    const { column: fitted, convert } = fit;
    if (role !== 'input') {
      await this.write(number, fitted, (start) => convert(staged[start + length]));
      return { name, role, kind, ...fitted };
    }
    return { name, role, kind, ...(await this.inputs(number, column, staged, fit, 0, length)) };
  }

  /** The steps behind each window of a column that is known ahead. */
  async ahead(
    number: number,
    name: string,
    column: ImportedColumn,
    staged: StagedBatch,
    fit: FittedColumn,
  ): Promise<Column> {
    const { length, horizon } = this.windows;
    const written = await this.inputs(number, column, staged, fit, length, horizon);
    return { name, role: 'input', kind: column.kind, ...written, follows: column.name };
  }

  /** So many steps of an input, from one on that is counted from the start of each window. */
  private async inputs(
    number: number,
    column: ImportedColumn,
    staged: StagedBatch,
    { column: fitted, convert }: FittedColumn,
    from: number,
    count: number,
  ): Promise<FittedColumn['column']> {
    const width = fitted.shape[0] ?? 1;
    const values = converted(carriedOn(staged, column, this.series), convert, width);
    const missing = Uint8Array.from(staged, (value) => Number(isMissing(value, column.values)));
    const { stretches } = this.series;
    const steps = new FilledSteps({ values, width, missing, stretches }, fitted, this.windows.fill);
    const written = { ...fitted, shape: [count, width] };
    await this.write(number, written, (start) => steps.slice(start + from, start + from + count));
    return written;
  }

  /** The steps behind each window. */
  async next(
    number: number,
    name: string,
    { name: follows, kind }: ImportedColumn,
    staged: StagedBatch,
    { column: { normalisation, ...fitted }, convert }: FittedColumn,
  ): Promise<Column> {
    const { length, horizon } = this.windows;
    const values = converted(staged, convert, 1);
    const shape = horizon === 1 ? [] : [horizon];
    await this.write(number, { ...fitted, shape }, (start) =>
      values.subarray(start + length, start + length + horizon),
    );
    const scaling = normalisation && repeated(normalisation, horizon);
    return { name, role: 'target', kind, ...fitted, shape, follows, ...(scaling && { scaling }) };
  }

  private async write(
    number: number,
    type: Pick<Column, 'dtype' | 'shape'>,
    valueOf: (start: number) => StagedRow,
  ): Promise<void> {
    for (const [part, starts] of this.starts.entries()) {
      const file = new TensorWriter(join(this.folder, shardFile(SPLITS[part], number)), type);
      try {
        for (const start of starts) file.append(valueOf(start));
      } finally {
        file.close();
      }
    }
  }
}

async function mapped<T>(rows: AsyncIterable<StagedBatch>, each: (value: StagedRow) => T): Promise<T[]> {
  const values: T[] = [];
  for await (const batch of rows) for (const value of batch) values.push(each(value));
  return values;
}

/** Numbers of groups, in the order in which they come up. */
function codesOf(names: readonly string[]): Int32Array {
  const codes = new Map<string, number>();
  return Int32Array.from(names, (name) => {
    const code = codes.get(name) ?? codes.size;
    codes.set(name, code);
    return code;
  });
}

/** Staged values in the order of the series. */
async function ordered(
  rows: AsyncIterable<StagedBatch>,
  { values: { form } }: ImportedColumn,
  { order, places }: Series,
): Promise<StagedBatch> {
  const values = emptyBatch(form, order.length);
  let row = 0;
  for await (const batch of rows) {
    for (const value of batch) {
      const place = places[row++];
      if (place >= 0) values[place] = value;
    }
  }
  return values;
}

/** Steps without a value take the one before them in their stretch, which is known when a forecast is made. */
function carriedOn(staged: StagedBatch, column: ImportedColumn, { stretches }: Series): StagedBatch {
  const begins = new Set(stretches);
  const values = staged.slice() as StagedRow[];
  for (let place = 0; place < values.length; place++)
    if (isMissing(values[place], column.values) && !begins.has(place)) values[place] = values[place - 1];
  return values;
}

function converted(staged: StagedBatch, convert: FittedColumn['convert'], width: number): Float32Array {
  const values = new Float32Array(staged.length * width);
  for (const [place, value] of staged.entries()) {
    const stored = convert(value);
    if (typeof stored === 'number') values[place] = stored;
    else values.set(stored, place * width);
  }
  return values;
}

const repeated = ({ offset, scale, log1p }: Affine, times: number): Affine => ({
  offset: Array.from({ length: times }, () => offset[0]),
  scale: Array.from({ length: times }, () => scale[0]),
  ...(log1p && { log1p: Array.from({ length: times }, () => log1p[0]) }),
});

import { join } from 'node:path';
import { SPLITS, type Column } from '../core/dataset.ts';
import type { TypedArray } from '../core/dtype.ts';
import { StrataError } from '../core/errors.ts';
import { Moments, standardise, type ImportedColumn } from './columns.ts';
import { shardFile } from './snapshot.ts';
import type { Assignment } from './split.ts';
import { stagedFile } from './stage.ts';
import { ColumnWriter, stagedRows } from './staging.ts';

const TRAIN = SPLITS.indexOf('train');

/** Writes one staged column into the parts of a snapshot; returns how the schema describes it. */
export async function writeColumn(
  column: ImportedColumn,
  number: number,
  staging: string,
  target: string,
  assignment: Assignment,
  normalise: boolean,
): Promise<Column> {
  const rows = () => stagedRows(staging, stagedFile(column), column);
  const { description, convert } = await DESCRIBE[column.kind](column, rows, assignment, normalise);
  const writers = await Promise.all(
    SPLITS.map((split) => ColumnWriter.create(join(target, shardFile(split, number)), column)),
  );
  try {
    let row = 0;
    for await (const values of rows()) await writers[assignment[row++]].append(convert(values));
  } finally {
    for (const writer of writers) await writer.close();
  }
  return description;
}

interface Described {
  readonly description: Column;
  /** The final value of a staged one: missing values filled, classes renumbered. */
  readonly convert: (values: TypedArray) => number | TypedArray;
}

type Rows = () => AsyncIterable<TypedArray>;

const DESCRIBE: Readonly<
  Record<
    Column['kind'],
    (column: ImportedColumn, rows: Rows, assignment: Assignment, normalise: boolean) => Promise<Described>
  >
> = { number: describeNumber, category: describeCategory, image: describeImage };

const factsOf = ({ name, role, kind, dtype, shape }: ImportedColumn) => ({ name, role, kind, dtype, shape });

async function describeNumber(
  column: ImportedColumn,
  rows: Rows,
  assignment: Assignment,
  normalise: boolean,
): Promise<Described> {
  const moments = new Moments();
  let missing = 0;
  let row = 0;
  for await (const [value] of rows()) {
    if (Number.isNaN(value)) missing++;
    else if (assignment[row] === TRAIN) moments.add(value);
    row++;
  }
  if (missing === row) throw emptyColumn(column);
  const statistics = moments.statistics();
  return {
    description: {
      ...factsOf(column),
      missing,
      statistics,
      ...(normalise && column.role === 'input' && { normalisation: standardise([statistics]) }),
    },
    convert: ([value]) => (Number.isNaN(value) ? statistics.mean : value),
  };
}

/** Counts rows per class: over all parts, and in the training part, whose most frequent class fills missing values. */
async function describeCategory(
  column: ImportedColumn,
  rows: Rows,
  assignment: Assignment,
): Promise<Described> {
  const [used, trained]: number[][] = [[], []];
  let missing = 0;
  let row = 0;
  for await (const [code] of rows()) {
    if (code < 0) missing++;
    else {
      used[code] = (used[code] ?? 0) + 1;
      if (assignment[row] === TRAIN) trained[code] = (trained[code] ?? 0) + 1;
    }
    row++;
  }
  const { names, indexOf } = column.classes(used);
  if (names.length === 0) throw emptyColumn(column);
  const counts = names.map(() => 0);
  used.forEach((count, code) => (counts[indexOf[code]] = count));
  const filler = trained.reduce((best, count, code) => (count > (trained[best] ?? 0) ? code : best), -1);
  return {
    description: { ...factsOf(column), missing, classes: names, counts },
    convert: ([code]) => (code >= 0 ? indexOf[code] : Math.max(0, indexOf[filler] ?? 0)),
  };
}

function emptyColumn({ name }: ImportedColumn): StrataError {
  return new StrataError({
    code: 'COLUMN_EMPTY',
    message: `Column "${name}" has no values at all.`,
    where: `column "${name}"`,
    got: 'only missing values',
    expected: 'at least one value',
    fix: 'Leave the column out of the import.',
  });
}

async function describeImage(
  column: ImportedColumn,
  rows: Rows,
  assignment: Assignment,
  normalise: boolean,
): Promise<Described> {
  const channels = column.shape[2];
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  let pixels = 0;
  let row = 0;
  for await (const values of rows()) {
    if (assignment[row++] !== TRAIN) continue;
    for (let at = 0; at < values.length; at++) {
      sums[at % channels] += values[at];
      squares[at % channels] += values[at] * values[at];
    }
    pixels += values.length / channels;
  }
  const features = Array.from(sums, (sum, channel) => {
    const mean = sum / pixels;
    const variance = Math.max(0, squares[channel] / pixels - mean * mean);
    return { min: 0, max: 255, mean, standardDeviation: Math.sqrt(variance) };
  });
  const bytes = { offset: [0], scale: [1 / 255] };
  return {
    description: { ...factsOf(column), missing: 0, normalisation: normalise ? standardise(features) : bytes },
    convert: (values) => values,
  };
}

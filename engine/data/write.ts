import { join } from 'node:path';
import { SPLITS, type Column } from '../core/dataset.ts';
import type { TypedArray } from '../core/dtype.ts';
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

async function describeCategory(
  column: ImportedColumn,
  rows: Rows,
  assignment: Assignment,
): Promise<Described> {
  const { names, indexOf } = column.classes();
  const counts = new Array<number>(names.length).fill(0);
  const trained = new Array<number>(names.length).fill(0);
  let missing = 0;
  let row = 0;
  for await (const [code] of rows()) {
    if (code < 0) missing++;
    else {
      counts[indexOf[code]]++;
      if (assignment[row] === TRAIN) trained[indexOf[code]]++;
    }
    row++;
  }
  const mostFrequent = trained.indexOf(Math.max(...trained));
  return {
    description: { ...factsOf(column), missing, classes: names, counts },
    convert: ([code]) => (code < 0 ? mostFrequent : indexOf[code]),
  };
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

import { join } from 'node:path';
import { SPLITS, type Column } from '../core/dataset.ts';
import type { ImportedColumn } from './columns.ts';
import { shardFile } from './snapshot.ts';
import type { Assignment } from './split.ts';
import { stagedFile } from './stage.ts';
import { stagedRows, TensorWriter } from './staging.ts';

const TRAIN = SPLITS.indexOf('train');

/** Writes one staged column into the parts of a snapshot; returns how the schema describes it. */
export async function writeColumn(
  { name, role, kind, index, values }: ImportedColumn,
  number: number,
  staging: string,
  target: string,
  assignment: Assignment,
  normalise: boolean,
): Promise<Column> {
  const rows = () => stagedRows(join(staging, stagedFile(index)), values.form);
  const isTraining = (row: number): boolean => assignment[row] === TRAIN;
  const { column, convert } = await values.fit({ name, role, normalise, rows, isTraining });
  const writers = SPLITS.map((split) => new TensorWriter(join(target, shardFile(split, number)), column));
  try {
    let row = 0;
    for await (const batch of rows()) {
      for (const staged of batch) writers[assignment[row++]].append(convert(staged));
    }
    await Promise.all(writers.map((writer) => writer.sync()));
  } finally {
    for (const writer of writers) writer.close();
  }
  return { name, role, kind, ...column };
}

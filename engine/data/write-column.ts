import { join } from 'node:path';
import { SPLITS, type Column } from '../core/dataset.ts';
import type { TypedArray } from '../core/dtype.ts';
import type { ImportRequest } from '../core/import.ts';
import type { ImportedColumn } from './columns.ts';
import { check } from './context.ts';
import type { ColumnImport, FittedColumn, StagedBatch } from './kinds/kind.ts';
import { isMissing } from './kinds/missing.ts';
import { PartSorter } from './part-sorter.ts';
import { maskFile, MaskWriter } from './snapshots/missing-mask.ts';
import { shardFile } from './snapshots/snapshot.ts';
import type { Assignment } from './splits/split.ts';
import { fillerOf, stagedFile } from './stage.ts';
import { stagedRows, TensorWriter } from './staging.ts';

const TRAIN = SPLITS.indexOf('train');

/** Where the columns wait, and where they are written. */
export interface WriteFolders {
  readonly staging: string;
  readonly target: string;
}

/** One staged column that is to be written. */
export interface ColumnTask<C> {
  readonly column: C;
  /** Its place in the schema. */
  readonly number: number;
  readonly folders: WriteFolders;
  readonly assignment: Assignment;
  readonly policy: Pick<ImportRequest, 'normalise' | 'missing'>;
}

/** Writes one staged column into the parts of a snapshot; returns how the schema describes it. */
export async function writeColumn(
  {
    column: imported,
    number,
    folders,
    assignment,
    policy: { normalise, missing },
  }: ColumnTask<ImportedColumn>,
  signal: AbortSignal,
): Promise<Column> {
  const { staging, target } = folders;
  const { name, role, kind, index, values } = imported;
  const rows = () => uncancelled(stagedRows(join(staging, stagedFile(index)), values.form), signal);
  const isTraining = (row: number): boolean => assignment[row] === TRAIN;
  const fitted = await values.fit({ name, role, normalise, rows, isTraining });
  const { column } = fitted;
  const writers = SPLITS.map((split) => new TensorWriter(join(target, shardFile(split, number)), column));
  const sorter = new PartSorter();
  const masked = column.missing > 0;
  const masks = masked ? SPLITS.map((split) => new MaskWriter(join(target, maskFile(split, number)))) : [];
  try {
    let row = 0;
    for await (const batch of rows()) {
      const parts = assignment.subarray(row, row + batch.length);
      if (masked) markMissing(batch, values, parts, masks);
      divide(batch, fitted, parts, writers, sorter);
      row += batch.length;
    }
  } finally {
    for (const writer of [...writers, ...masks]) writer.close();
  }
  const absent = fillerOf(imported, missing);
  const described = { name, role, kind, ...column, ...(masked && { missingMask: true as const }) };
  return absent === undefined ? described : { ...described, filler: shortened(fitted.convert(absent)) };
}

const shortened = (stored: number | TypedArray): number[] => {
  const values = typeof stored === 'number' ? [stored] : Array.from(stored);
  return values.every((value) => value === values[0]) ? values.slice(0, 1) : values;
};

async function* uncancelled<T>(batches: AsyncIterable<T>, signal: AbortSignal): AsyncIterable<T> {
  for await (const batch of batches) {
    check(signal);
    yield batch;
  }
}

function divide(
  batch: StagedBatch,
  { convert, convertAll }: FittedColumn,
  parts: Uint8Array,
  writers: readonly TensorWriter[],
  sorter: PartSorter,
): void {
  if (convertAll && ArrayBuffer.isView(batch)) {
    convertAll(batch);
    for (const [part, values] of sorter.sort(batch, parts).entries()) writers[part].appendAll(values);
  } else for (let row = 0; row < parts.length; row++) writers[parts[row]].append(convert(batch[row]));
}

function markMissing(
  batch: StagedBatch,
  values: ColumnImport,
  parts: Uint8Array,
  masks: readonly MaskWriter[],
): void {
  for (let row = 0; row < parts.length; row++) masks[parts[row]].append(isMissing(batch[row], values));
}

import { join } from 'node:path';
import { SPLITS, type Column, type DatasetSchema, type Split } from '../core/dataset.ts';
import type { TypedArray } from '../core/dtype.ts';
import type { ImportRequest } from '../core/import.ts';
import type { ImportedColumn } from './columns.ts';
import { check, type ImportContext } from './context.ts';
import type { ColumnImport, FittedColumn, StagedBatch } from './kinds/kind.ts';
import { isMissing } from './kinds/missing.ts';
import { maskFile, MaskWriter } from './snapshots/missing-mask.ts';
import { shardFile } from './snapshots/snapshot.ts';
import { PartSorter } from './part-sorter.ts';
import { assignSplits } from './split.ts';
import type { Assignment } from './splits/split.ts';
import { fillerOf, stagedFile, type Staged } from './stage.ts';
import { stagedRows, TensorWriter } from './staging.ts';

const TRAIN = SPLITS.indexOf('train');

/** Where the columns wait, and where they are written. */
export interface WriteFolders {
  readonly staging: string;
  readonly target: string;
}

/** Writes staged rows into the parts of a snapshot, column by column. */
export async function writeRows(
  columns: readonly ImportedColumn[],
  staged: Staged,
  folders: WriteFolders,
  { split, normalise, missing }: ImportRequest,
  { onProgress, signal }: ImportContext,
): Promise<Pick<DatasetSchema, 'columns' | 'rows'>> {
  const assignment = await assignSplits(staged, split, columns, folders.staging);
  const written: Column[] = [];
  for (const [number, column] of columns.entries()) {
    check(signal);
    onProgress({ stage: `Writing ${column.name}`, done: number, total: columns.length });
    const policy = { normalise, missing };
    written.push(await writeColumn(column, number, folders, assignment, policy, signal));
  }
  return { columns: written, rows: countRows(assignment) };
}

function countRows(assignment: Uint8Array): Record<Split, number> {
  const counts = SPLITS.map(() => 0);
  for (let row = 0; row < assignment.length; row++) counts[assignment[row]]++;
  return Object.fromEntries(SPLITS.map((split, part) => [split, counts[part]])) as Record<Split, number>;
}

/** Writes one staged column into the parts of a snapshot; returns how the schema describes it. */
async function writeColumn(
  imported: ImportedColumn,
  number: number,
  { staging, target }: WriteFolders,
  assignment: Assignment,
  { normalise, missing }: Pick<ImportRequest, 'normalise' | 'missing'>,
  signal: AbortSignal,
): Promise<Column> {
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

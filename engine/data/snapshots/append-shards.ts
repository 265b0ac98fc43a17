import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SPLITS, type Column, type DatasetSchema, type Split } from '../../core/dataset.ts';
import { encodeText, isKept } from '../../core/kept-text.ts';
import { size } from '../../core/shape.ts';
import type { TensorType } from '../../core/tensor.ts';
import { check } from '../context.ts';
import type { StagedForm } from '../kinds/kind.ts';
import type { Assignment } from '../splits/split.ts';
import { stagedRows, TensorWriter } from '../staging.ts';
import { maskFile, MaskWriter } from './missing-mask.ts';
import { share } from './seal.ts';
import { shardFile, type Snapshot } from './snapshot.ts';

/** The files of a snapshot of more rows: parts that grow are copied and gone on with, the files of the others are shared. */

/** Rows of a mask that are read at once. */
const ROWS_AT_ONCE = 1 << 16;

/** What tells of each row of a column whether its value was missing: 1 where it was. */
export const FLAG: TensorType = { dtype: 'u8', shape: [] };

/** Where the new rows of a column wait until it is known which part each goes to, and their flags. */
export const waitingRows = (folder: string, column: number): string => join(folder, `${column}.raw`);
export const waitingFlags = (folder: string, column: number): string => join(folder, `${column}.missing.raw`);

/** How they wait: kept texts may be longer than those that are there. */
export const waitingForm = (column: Column): StagedForm => (isKept(column) ? 'text' : column);

/** True where it is known which rows are missing: none, or those of the mask. An old data set tells only how many. */
export const isKnown = ({ missing, missingMask }: Column): boolean => missing === 0 || missingMask === true;

/** How many rows came to each part. */
export function countParts(assignment: Assignment): Record<Split, number> {
  const counts = { train: 0, validation: 0, test: 0 };
  for (const part of assignment) counts[SPLITS[part]]++;
  return counts;
}

/** Lays the rows that wait behind those of a snapshot; returns the columns, `columns` with what is said of their masks. */
export async function layRows(
  snapshot: Snapshot,
  columns: readonly Column[],
  assignment: Assignment,
  { waiting, target }: { readonly waiting: string; readonly target: string },
  signal: AbortSignal,
): Promise<Column[]> {
  const { schema } = snapshot;
  const added = countParts(assignment);
  for (const split of SPLITS) await mkdir(join(target, split), { recursive: true });
  const laid: Column[] = [];
  for (const [number, column] of columns.entries()) {
    check(signal);
    await growShards(snapshot, number, column, added, assignment, waiting, target);
    const marks = column.missing > 0 && isKnown(schema.columns[number]);
    if (marks) await growMasks(snapshot, number, added, assignment, waiting, target);
    laid.push(marks ? { ...column, missingMask: true } : column);
  }
  return laid;
}

type Added = Readonly<Record<Split, number>>;

async function growShards(
  snapshot: Snapshot,
  number: number,
  column: Column,
  added: Added,
  assignment: Assignment,
  waiting: string,
  target: string,
): Promise<void> {
  const writers: (TensorWriter | undefined)[] = [];
  try {
    for (const split of SPLITS) writers.push(await laid(snapshot, split, number, column, added, target));
    let row = 0;
    for await (const batch of stagedRows(waitingRows(waiting, number), waitingForm(column)))
      for (const value of batch)
        writers[assignment[row++]]!.append(
          typeof value === 'string' ? encodeText(value, column.shape[0]) : value,
        );
  } finally {
    for (const writer of writers) writer?.close();
  }
}

/** The rows that a part has; what goes on with them where there are more to come. */
async function laid(
  snapshot: Snapshot,
  split: Split,
  number: number,
  column: Column,
  added: Added,
  target: string,
): Promise<TensorWriter | undefined> {
  const file = shardFile(split, number);
  const [from, to] = [snapshot.folder, target].map((folder) => join(folder, file));
  if (size(column.shape) > size(snapshot.schema.columns[number].shape))
    return widened(snapshot, split, column, to);
  if (added[split] === 0) return void (await share(from, to));
  await copyFile(from, to);
  return new TensorWriter(to, column, 'a');
}

/** Kept texts of a part, with room for longer ones. */
async function widened(
  snapshot: Snapshot,
  split: Split,
  column: Column,
  path: string,
): Promise<TensorWriter> {
  const writer = new TensorWriter(path, column);
  for (let first = 0; first < snapshot.schema.rows[split]; first += ROWS_AT_ONCE) {
    const stored = await snapshot.read(split, column.name, first, ROWS_AT_ONCE);
    const [before] = snapshot.schema.columns.find(({ name }) => name === column.name)!.shape;
    for (let at = 0; at < stored.length; at += before) {
      const room = new Uint8Array(column.shape[0]);
      room.set(stored.subarray(at, at + before));
      writer.append(room);
    }
  }
  return writer;
}

/** Masks of parts that grow, and those of the others where the column had none. */
async function growMasks(
  snapshot: Snapshot,
  number: number,
  added: Added,
  assignment: Assignment,
  waiting: string,
  target: string,
): Promise<void> {
  const { missingMask } = snapshot.schema.columns[number];
  const masks: (MaskWriter | undefined)[] = [];
  try {
    for (const split of SPLITS) {
      const file = maskFile(split, number);
      const shared = added[split] === 0 && missingMask;
      if (shared) await share(join(snapshot.folder, file), join(target, file));
      const mask = shared ? undefined : new MaskWriter(join(target, file));
      masks.push(mask);
      if (mask) await copyMask(snapshot, split, number, mask);
    }
    let row = 0;
    for await (const batch of stagedRows(waitingFlags(waiting, number), FLAG))
      for (const flag of batch) masks[assignment[row++]]!.append(flag === 1);
  } finally {
    for (const mask of masks) mask?.close();
  }
}

async function copyMask(snapshot: Snapshot, split: Split, number: number, mask: MaskWriter): Promise<void> {
  const { columns, rows }: DatasetSchema = snapshot.schema;
  for (let first = 0; first < rows[split]; first += ROWS_AT_ONCE)
    for (const missing of await snapshot.readMissing(split, columns[number].name, first, ROWS_AT_ONCE))
      mask.append(missing === 1);
}

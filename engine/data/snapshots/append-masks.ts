import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SPLITS, type Column, type Split } from '../../core/dataset.ts';
import { maskBytes, maskFile, MaskWriter } from './missing-mask.ts';
import type { Snapshot } from './snapshot.ts';

/** Which rows are missing while rows are appended: the mask of the part that grows is written anew. */

/** Rows of a mask that are read at once. */
const ROWS_AT_ONCE = 1 << 16;

/** True where it is known which rows are missing: none, or those of the mask. An old data set tells only how many. */
const isKnown = ({ missing, missingMask }: Column): boolean => missing === 0 || missingMask === true;

/** The masks of all columns in a part, with the rows that it has; undefined where these are not known. */
export async function openMasks(
  snapshot: Snapshot,
  part: Split,
  target: string,
): Promise<(MaskWriter | undefined)[]> {
  const { columns, rows } = snapshot.schema;
  const masks: (MaskWriter | undefined)[] = [];
  for (const [number, column] of columns.entries()) {
    if (!isKnown(column)) {
      masks.push(undefined);
      continue;
    }
    const mask = new MaskWriter(join(target, maskFile(part, number)));
    masks.push(mask);
    for (let first = 0; first < rows[part]; first += ROWS_AT_ONCE)
      for (const missing of await snapshot.readMissing(part, column.name, first, ROWS_AT_ONCE))
        mask.append(missing === 1);
  }
  return masks;
}

/** Removes masks that mark nothing, and writes those of the other parts where a column had none; returns the columns as they are then. */
export async function completeMasks(
  { schema }: Snapshot,
  columns: readonly Column[],
  part: Split,
  target: string,
): Promise<Column[]> {
  const complete: Column[] = [];
  for (const [number, column] of columns.entries()) {
    const before = schema.columns[number];
    const marks = column.missing > 0;
    complete.push(isKnown(before) && marks ? { ...column, missingMask: true } : column);
    if (!marks) await rm(join(target, maskFile(part, number)));
    if (!marks || before.missing > 0) continue;
    for (const split of SPLITS.filter((other) => other !== part))
      await writeFile(join(target, maskFile(split, number)), new Uint8Array(maskBytes(schema.rows[split])));
  }
  return complete;
}

import type { Binding } from '../../core/binding.ts';
import type { Column, Split } from '../../core/dataset.ts';
import { allocate, type TypedArray } from '../../core/dtype.ts';
import { StrataError } from '../../core/errors.ts';
import { size } from '../../core/shape.ts';
import { check } from '../context.ts';
import { rowBytes, type Snapshot } from './snapshot.ts';

/** Where rows come from. */
export type Rows = Pick<Snapshot, 'schema' | 'read' | 'readMissing'>;

/**
 * Rows `[start, start + count)` of a binding, row-major, as the device wants them (not normalised). Throws
 * `DATA_NOT_AN_INDEX` where a number that is to be looked up is none that counts.
 */
export async function loadRows(
  snapshot: Rows,
  split: Split,
  binding: Binding,
  start: number,
  count: number,
): Promise<TypedArray> {
  const width = binding.parts.reduce((sum, part) => sum + part.width, 0);
  const positions = size(binding.shape) / width;
  const [only] = binding.parts;
  const asStored = binding.parts.length === 1 && !only.oneHot && binding.dtype === binding.columns[0].dtype;
  if (asStored) return snapshot.read(split, only.column, start, count);
  const rows = Math.max(0, Math.min(count, snapshot.schema.rows[split] - start)) * positions;
  const result = allocate(binding.dtype, rows * width);
  for (const { column, offset, width: taken, oneHot, missing } of binding.parts) {
    const values = await (missing
      ? snapshot.readMissing(split, column, start, count)
      : snapshot.read(split, column, start, count));
    if (binding.dtype === 'i32') requireIndices(values, column);
    for (let row = 0; row < rows; row++) {
      const first = row * width + offset;
      if (oneHot) result[first + values[row]] = 1;
      else for (let at = 0; at < taken; at++) result[first + at] = values[row * taken + at];
    }
  }
  return result;
}

function requireIndices(values: TypedArray, column: string): void {
  const wrong = values.find((value) => !Number.isInteger(value) || value < 0);
  if (wrong === undefined) return;
  throw new StrataError({
    code: 'DATA_NOT_AN_INDEX',
    message: `The column "${column}" is read as indices, but not every value is one.`,
    where: `column "${column}"`,
    got: `${wrong}`,
    expected: 'whole numbers from 0 on',
    fix: 'Import the column as a category, or let its Input read features.',
  });
}

/** Values that are read at once where all of a column are looked at. */
const CHUNK_VALUES = 1 << 18;

/** How many rows of some columns are read at once. */
export const rowsAtOnce = (columns: readonly Pick<Column, 'shape'>[]): number =>
  Math.max(1, Math.floor(CHUNK_VALUES / Math.max(1, ...columns.map(({ shape }) => size(shape)))));

/** Memory for values that are read one after the other: for those in use, and for the next ones. */
export function readingRooms(): (bytes: number) => ArrayBuffer {
  let rooms = [new ArrayBuffer(0), new ArrayBuffer(0)];
  return (bytes) => {
    const [used, free] = rooms;
    rooms = [free.byteLength < bytes ? new ArrayBuffer(bytes) : free, used];
    return rooms[0];
  };
}

/** The values of a column in order, whole rows at a time; each to be used before the next ones. Throws `CANCELLED`. */
export function chunksOf(
  snapshot: Rows,
  split: Split,
  column: Column,
  signal: AbortSignal,
): AsyncIterable<TypedArray> {
  const rows = snapshot.schema.rows[split];
  const atOnce = rowsAtOnce([column]);
  const room = readingRooms();
  return chunks(rows, atOnce, signal, (first) =>
    snapshot.read(split, column.name, first, atOnce, room(Math.min(atOnce, rows) * rowBytes(column))),
  );
}

/** For the rows of a column in order 1 where the value was missing. Throws `CANCELLED`. */
export function masksOf(
  snapshot: Rows,
  split: Split,
  { name }: Column,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const rows = snapshot.schema.rows[split];
  return chunks(rows, CHUNK_VALUES, signal, (first) =>
    snapshot.readMissing(split, name, first, CHUNK_VALUES),
  );
}

/** The next one is read while one is used. */
async function* chunks<T>(
  rows: number,
  atOnce: number,
  signal: AbortSignal,
  read: (first: number) => Promise<T>,
): AsyncIterable<T> {
  let next = read(0);
  try {
    for (let first = 0; first < rows; first += atOnce) {
      check(signal);
      const values = await next;
      if (first + atOnce < rows) next = read(first + atOnce);
      yield values;
    }
  } finally {
    // Somebody may have seen enough.
    await next.catch(() => {});
  }
}

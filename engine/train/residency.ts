import { SPLITS, type Column, type DatasetSchema } from '../core/dataset.ts';
import type { DeviceInfo } from '../core/device.ts';
import { BYTES } from '../core/dtype.ts';
import { size } from '../core/shape.ts';
import type { SplitRows } from './states.ts';

/** Share of the device's largest buffer that all resident data together may take. */
const RESIDENT_SHARE = 0.5;
/** Bytes of a streamed split that are on the device at once. */
const CHUNK_BYTES = 16 * 2 ** 20;

/** Bytes of data that may stay on a device. WebGPU does not tell its memory, so the largest buffer stands in. */
export const residentBytes = ({ maxBufferBytes }: DeviceInfo, memoryLimit = Infinity): number =>
  Math.min(maxBufferBytes, memoryLimit) * RESIDENT_SHARE;

/**
 * Decides which splits stay on the device and which are streamed in chunks of whole batches: training first, because
 * it reads its rows most often. Splits without rows are left out.
 */
export function planRows(schema: DatasetSchema, batch: number, budget: number): readonly SplitRows[] {
  const rowBytes = schema.columns.reduce((sum, column) => sum + bytesOf(column), 0);
  let left = budget;
  return SPLITS.filter((split) => schema.rows[split] > 0).map((split): SplitRows => {
    const rows = schema.rows[split];
    if (rows * rowBytes <= left) {
      left -= rows * rowBytes;
      return { split, rows, capacity: rows };
    }
    const batches = Math.max(1, Math.floor(Math.min(CHUNK_BYTES, left) / (rowBytes * batch)));
    return { split, rows, capacity: Math.min(rows, batches * batch) };
  });
}

/** Bytes that one row of a column takes on the device, at most: a category may become one-hot, and the pixels of a target indices. */
function bytesOf({ role, dtype, shape, classes, missingIndicator }: Column): number {
  if (role === 'ignore') return 0;
  if (role === 'target' && dtype === 'u8') return size(shape) * BYTES.i32;
  const indicator = missingIndicator ? BYTES.f32 : 0;
  if (shape.length === 0 && role === 'input' && classes) return classes.length * BYTES.f32 + indicator;
  return size(shape) * BYTES[dtype] + indicator;
}

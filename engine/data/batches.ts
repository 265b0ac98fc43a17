import type { Binding } from '../core/binding.ts';
import type { Split } from '../core/dataset.ts';
import { allocate, type TypedArray } from '../core/dtype.ts';
import { size } from '../core/shape.ts';
import type { Snapshot } from './snapshot.ts';

/** Rows `[start, start + count)` of a binding, row-major, as the device wants them (not normalised). */
export async function loadRows(
  snapshot: Snapshot,
  split: Split,
  binding: Binding,
  start: number,
  count: number,
): Promise<TypedArray> {
  const width = size(binding.shape);
  const [only] = binding.parts;
  if (binding.parts.length === 1 && !only.oneHot) return snapshot.read(split, only.column, start, count);
  const rows = Math.max(0, Math.min(count, snapshot.schema.rows[split] - start));
  const result = allocate(binding.dtype, rows * width);
  for (const { column, offset, oneHot } of binding.parts) {
    const values = await snapshot.read(split, column, start, count);
    for (let row = 0; row < rows; row++) {
      if (oneHot) result[row * width + offset + values[row]] = 1;
      else result[row * width + offset] = values[row];
    }
  }
  return result;
}

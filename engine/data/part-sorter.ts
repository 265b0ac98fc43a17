import { SPLITS } from '../core/dataset.ts';
import type { TypedArray } from '../core/dtype.ts';

/** Divides single values among the parts (counting sort). Its memory is used again for the next ones. */
export class PartSorter {
  private room: TypedArray | undefined;

  /** The values of each part, in order. */
  sort(values: TypedArray, parts: Uint8Array): TypedArray[] {
    if (this.room === undefined || this.room.length < values.length) this.room = values.slice();
    const { room } = this;
    const ends = new Int32Array(SPLITS.length);
    for (let row = 0; row < parts.length; row++) ends[parts[row]]++;
    for (let part = 1; part < ends.length; part++) ends[part] += ends[part - 1];
    const next = Int32Array.from(ends, (_, part) => ends[part - 1] ?? 0);
    const starts = next.slice();
    for (let row = 0; row < parts.length; row++) room[next[parts[row]]++] = values[row];
    return SPLITS.map((_, part) => room.subarray(starts[part], ends[part]));
  }
}

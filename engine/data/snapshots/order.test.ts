import { describe, expect, it } from 'vitest';
import type { Column } from '../../core/dataset.ts';
import { allocate, type DType, type TypedArray } from '../../core/dtype.ts';
import { streamOf, uniform } from '../../core/random.ts';
import type { Rows } from './batches.ts';
import { sortedRows } from './order.ts';

const STREAM = streamOf('order test');
const ROWS = 20_000;

/** Rows of one column, as a snapshot has them. */
function rowsOf(
  dtype: DType,
  rows: number,
  valueOf: (row: number) => number,
): Rows & { readonly values: TypedArray } {
  const values = allocate(dtype, rows);
  for (let row = 0; row < rows; row++) values[row] = valueOf(row);
  const column: Column = { name: 'x', role: 'input', kind: 'number', dtype, shape: [], missing: 0 };
  return {
    values,
    schema: { version: 1, name: 'x', columns: [column], rows: { train: rows, validation: 0, test: 0 } },
    read: async (_, __, start, count) => values.slice(start, start + count),
    readMissing: async (_, __, ___, count) => new Uint8Array(count),
  };
}

const random = (row: number): number => uniform(1, STREAM, 0, row);
const sort = (rows: Rows, descending: boolean, signal = new AbortController().signal) =>
  sortedRows(rows, 'train', { column: 'x', descending }, { onProgress: () => undefined, signal });

describe('the rows of a part in the order of a column', () => {
  it.each([
    [
      'real numbers of both signs and both zeros',
      'f32',
      (row: number) =>
        [0, -0, 1e-40, -1e-40, Infinity, -Infinity, 10 ** (20 * random(row) - 10) * (row % 2 ? 1 : -1)][
          row % 7
        ],
    ],
    ['whole numbers of both signs', 'i32', (row: number) => Math.floor(1e9 * (random(row) - 0.5))],
    ['bytes', 'u8', (row: number) => Math.floor(256 * random(row))],
  ] as const)(
    '%s: as comparing puts them, those of one value as they are stored',
    async (_, dtype, valueOf) => {
      const rows = rowsOf(dtype, ROWS, valueOf);
      const { values } = rows;
      for (const descending of [false, true]) {
        const sign = descending ? -1 : 1;
        const compare = (a: number, b: number): number =>
          (values[a] === values[b] ? 0 : sign * (values[a] < values[b] ? -1 : 1)) || a - b;
        expect(await sort(rows, descending)).toEqual(Uint32Array.from(values.keys()).sort(compare));
      }
    },
  );

  it('others are heard meanwhile, and can end it', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 1);
    const many = rowsOf('f32', 3_000_000, (row) => (row * 7919) % 3_000_000);
    await expect(sort(many, false, stop.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

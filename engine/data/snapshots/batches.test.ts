import { describe, expect, it } from 'vitest';
import { bindColumns } from '../../core/binding.ts';
import type { Column, DatasetSchema } from '../../core/dataset.ts';
import { loadRows, type Rows } from './batches.ts';

const series = (name: string, shape: readonly number[], offset: readonly number[]): Column => ({
  name,
  role: 'input',
  kind: 'number',
  dtype: 'f32',
  shape,
  missing: 0,
  normalisation: { offset, scale: offset.map((value) => 1 / value) },
});
const columns = [series('load', [3, 1], [2]), series('clock', [3, 2], [4, 5])];
const schema: DatasetSchema = {
  version: 1,
  name: 'windows',
  columns,
  rows: { train: 2, validation: 0, test: 0 },
};
const STORED: Readonly<Record<string, number[]>> = {
  load: [1, 2, 3, 4, 5, 6],
  clock: [10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 61],
};
const rows: Rows = {
  schema,
  read: async (_, name) => Float32Array.from(STORED[name]),
  readMissing: async (_, __, ___, count) => new Uint8Array(count),
};

describe('windows of several series', () => {
  it('join step by step, with the normalisation of each', async () => {
    const binding = bindColumns(schema, [], 'input');
    expect(binding).toMatchObject({
      shape: [3, 3],
      affine: { offset: [2, 4, 5], scale: [1 / 2, 1 / 4, 1 / 5] },
    });
    expect([...(await loadRows(rows, 'train', binding, 0, 2))]).toEqual([
      1, 10, 11, 2, 20, 21, 3, 30, 31, 4, 40, 41, 5, 50, 51, 6, 60, 61,
    ]);
  });

  it('of other lengths, or numbers beside them, cannot share a tensor', () => {
    for (const shape of [[4, 1], [3], []]) {
      const odd = { ...schema, columns: [...columns, series('odd', shape, [1])] };
      expect(() => bindColumns(odd, [], 'input')).toThrow(
        expect.objectContaining({ code: 'DATA_COLUMNS_MIXED' }),
      );
    }
  });
});

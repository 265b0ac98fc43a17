import { describe, expect, it } from 'vitest';
import type { Buckets } from './buckets.ts';
import { evaluationLineup, NO_ROW, trainingLineup } from './lineup.ts';

const rows = { split: 'train', rows: 11 } as const;
/** Rows 0, 3, 6, 9 in the first bucket, the others in the second. */
const buckets: Buckets = {
  cuts: [{ 8: 4 }, { 8: 8 }],
  bucketOf: {
    train: Uint8Array.from({ length: 11 }, (_, row) => Number(row % 3 !== 0)),
    validation: new Uint8Array(),
    test: new Uint8Array(),
  },
};

describe('a lineup', () => {
  it('of training has whole batches of one bucket, in an order of its own for each epoch', () => {
    const first = trainingLineup({ rows, batch: 3, buckets }, 1, 0);
    expect(first.buckets).toHaveLength(1 + 2);
    expect(new Set(first.rows).size).toBe(9);
    first.rows.forEach((row, at) =>
      expect(buckets.bucketOf.train[row]).toBe(first.buckets[Math.floor(at / 3)]),
    );
    expect(trainingLineup({ rows, batch: 3, buckets }, 1, 0)).toEqual(first);
    expect(trainingLineup({ rows, batch: 3, buckets }, 1, 1)).not.toEqual(first);
    expect(trainingLineup({ rows, batch: 3, buckets }, 2, 0)).not.toEqual(first);
  });

  it('of training gives every row its turn over the epochs', () => {
    const seen = new Set<number>();
    for (let epoch = 0; epoch < 20; epoch++)
      for (const row of trainingLineup({ rows, batch: 3, buckets }, 1, epoch).rows) seen.add(row);
    expect(seen.size).toBe(11);
  });

  it('of evaluation has every row once, and partial batches at the end', () => {
    expect(evaluationLineup({ rows, batch: 3, buckets })).toEqual({
      rows: Int32Array.of(1, 2, 4, 0, 3, 6, 5, 7, 8, 9, NO_ROW, NO_ROW, 10, NO_ROW, NO_ROW),
      buckets: Uint8Array.of(1, 0, 1, 0, 1),
    });
    expect(evaluationLineup({ rows, batch: 4 })).toEqual({
      rows: Int32Array.of(...Array.from({ length: 11 }, (_, row) => row), NO_ROW),
      buckets: Uint8Array.of(0, 0, 0),
    });
  });
});

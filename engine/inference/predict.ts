import type { Split } from '../core/dataset.ts';
import { size, type Shape } from '../core/shape.ts';
import { loadRows, type Rows } from '../data/snapshots/batches.ts';
import type { Predictor } from './predictor.ts';

/** Rows that are predicted at once. */
const MOST_ROWS = 256;

/** What one Output (or loss) predicts of some rows. */
export interface PredictedValues {
  readonly node: string;
  /** Shape of what is predicted of one row. */
  readonly shape: Shape;
  /** Names of the last axis, where it is one score per class. */
  readonly classes?: readonly string[];
  /** Row after row; plain numbers, which every border carries. */
  readonly values: readonly number[];
}

/** How many of so many rows are predicted at once. */
export const batchOf = (rows: number): number => Math.max(1, Math.min(MOST_ROWS, rows));

/** Predicts the rows `[start, start + count)` of a part. Throws `ROW_VALUE`. */
export async function predictRows(
  predictor: Predictor,
  rows: Rows,
  { split, start, count }: { readonly split: Split; readonly start: number; readonly count: number },
): Promise<readonly PredictedValues[]> {
  const { batch } = predictor;
  const end = start + count;
  const results = predictor.predictions.map(({ shape: [, ...shape], ...prediction }) => {
    return { ...prediction, shape, values: new Float32Array(count * size(shape)) };
  });
  for (let at = start; at < end; at += batch) {
    const taken = Math.min(batch, end - at);
    for (const input of predictor.inputs)
      await predictor.upload(input, await loadRows(rows, split, input.binding, at, taken));
    const predicted = await predictor.run();
    for (const { node, shape, values } of results) {
      const width = size(shape);
      values.set(predicted[node].subarray(0, taken * width), (at - start) * width);
    }
  }
  return results.map(({ values, ...prediction }) => ({ ...prediction, values: Array.from(values) }));
}

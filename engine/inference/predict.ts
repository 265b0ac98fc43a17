import type { Executor } from '../backends/executor.ts';
import type { Split } from '../core/dataset.ts';
import { size, type Shape } from '../core/shape.ts';
import { loadRows, type Rows } from '../data/batches.ts';
import { Bindings } from './bindings.ts';
import { Predictor } from './predictor.ts';
import type { TrainedModel } from './trained-model.ts';

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

/** Predicts the rows `[start, start + count)` of a part. Throws what loading a model throws, and `ROW_VALUE`. */
export async function predictRows(
  model: TrainedModel,
  executor: Executor,
  rows: Rows,
  { split, start, count }: { readonly split: Split; readonly start: number; readonly count: number },
): Promise<readonly PredictedValues[]> {
  const end = Math.min(start + count, rows.schema.rows[split]);
  const batch = Math.max(1, Math.min(MOST_ROWS, end - start));
  const bindings = new Bindings(model.document, model.schema);
  const predictor = await Predictor.load(model, executor, batch);
  try {
    const results = predictor.predictions.map(({ node, shape: [, ...shape] }) => {
      const classes = shape.length > 0 ? bindings.classes(shape[shape.length - 1]) : undefined;
      const values = new Float32Array(Math.max(0, end - start) * size(shape));
      return { node, shape, ...(classes && { classes }), values };
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
  } finally {
    await predictor.dispose();
  }
}

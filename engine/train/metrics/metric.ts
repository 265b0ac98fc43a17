import type { TensorType } from '../../core/tensor.ts';
import type { Builder, Value } from '../../ir/builder.ts';

/** A number that says how good predictions are, described once. One file per metric. */
export interface MetricRecord {
  readonly id: string;
  readonly title: string;
  /** Markdown: formula. */
  readonly doc: string;
  readonly higherIsBetter: boolean;
  /** True where it can be measured for a prediction and a target of these types. */
  applies(prediction: TensorType, target: TensorType): boolean;
  /** f32[batch]: the mean over each example's positions, of those that count where `counts` says which. */
  perExample(b: Builder, prediction: Value, target: Value, counts?: Value): Value;
  /** The metric from the mean over the examples, or over all positions that count. */
  finish(mean: number): number;
}

import type { TensorType } from '../../core/tensor.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { mean } from '../../ops/mean.ts';

/** A number that says how good predictions are, described once. One file per metric. */
export interface MetricRecord {
  readonly id: string;
  readonly title: string;
  /** Markdown: formula. */
  readonly doc: string;
  readonly higherIsBetter: boolean;
  /** True where it can be measured for a prediction and a target of these types. */
  applies(prediction: TensorType, target: TensorType): boolean;
  /** f32[batch]: each example's part in the mean. */
  perExample(b: Builder, prediction: Value, target: Value): Value;
  /** The metric from the mean over the examples. */
  finish(mean: number): number;
}

/** Mean over every axis but the batch. */
export function meanPerExample(b: Builder, values: Value): Value {
  return mean(b, values, values.type.shape.map((_, axis) => axis).slice(1));
}

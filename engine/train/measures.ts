import { StrataError } from '../core/errors.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { mul } from '../ops/mul.ts';
import type { LoweredLoss } from '../passes/lower.ts';
import { metricOf } from './catalogue.ts';

/** Something that is measured on every example: the loss, or a metric of one of the losses. */
export interface Measure {
  /** `loss`, `accuracy` …; with the loss node in front where there are several losses. */
  readonly name: string;
  /** f32[batch] */
  readonly perExample: Value;
  /** What people are shown, from the mean over the examples. */
  finish(mean: number): number;
}

/** The weighted sum of all losses, and the metrics that apply to each. Throws `GRAPH_NO_LOSS`. */
export function measuresOf(b: Builder, losses: readonly LoweredLoss[]): readonly [Measure, ...Measure[]] {
  if (losses.length === 0) {
    throw new StrataError({
      code: 'GRAPH_NO_LOSS',
      message: 'The model has no loss, so it cannot be trained.',
      fix: 'Add Cross-entropy for classes or Mean squared error for numbers, and connect the last layer to it.',
    });
  }
  const weighted = losses.map(({ loss, weight }) => mul(b, loss, weight));
  const total = weighted.reduce((sum, loss) => add(b, sum, loss));
  const metrics = losses.flatMap(({ node, metrics, prediction, target }) =>
    metrics
      .map(metricOf)
      .filter(({ applies }) => applies(prediction.type, target.type))
      .map(({ id, perExample, finish }) => ({
        name: losses.length === 1 ? id : `${node}.${id}`,
        perExample: perExample(b, prediction, target),
        finish,
      })),
  );
  return [{ name: 'loss', perExample: total, finish: (mean) => mean }, ...metrics];
}

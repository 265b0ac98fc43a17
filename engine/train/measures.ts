import { StrataError } from '../core/errors.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { cast } from '../ops/cast.ts';
import { div } from '../ops/div.ts';
import { maximum } from '../ops/max.ts';
import { mean } from '../ops/mean.ts';
import { mul } from '../ops/mul.ts';
import { sum } from '../ops/reduce-sum.ts';
import type { LoweredLoss } from '../passes/lower.ts';
import { metricOf } from './catalogue.ts';

/** Something that is measured on every example: the loss, or a metric of one of the losses. */
export interface Measure {
  /** `loss`, `accuracy` …; with the loss node in front where there are several losses. */
  readonly name: string;
  /** f32[batch] */
  readonly perExample: Value;
  /** f32[batch]: how much each example counts in the mean; all count the same where absent. */
  readonly counted?: Value;
  /** What people are shown, from the mean over the examples. */
  finish(mean: number): number;
}

/**
 * The weighted sum of all losses, and the metrics that apply to each. `rowWeight`, f32[batch]: how much each row counts in all of them,
 * where not all count the same. Throws `GRAPH_NO_LOSS`.
 */
export function measuresOf(
  b: Builder,
  losses: readonly LoweredLoss[],
  rowWeight?: Value,
): readonly [Measure, ...Measure[]] {
  if (losses.length === 0) {
    throw new StrataError({
      code: 'GRAPH_NO_LOSS',
      message: 'The model has no loss, so it cannot be trained.',
      fix: 'Add Cross-entropy for classes or Mean squared error for numbers, and connect the last layer to it.',
    });
  }
  const weighted = losses.map(({ loss, weight }) => mul(b, loss, weight));
  const total = weighted.reduce((sum, loss) => add(b, sum, loss));
  const metrics = losses.flatMap((loss) => metricsOf(b, loss, losses.length === 1, rowWeight));
  const counted = rowWeight && { counted: rowWeight };
  return [{ name: 'loss', perExample: total, ...counted, finish: (mean) => mean }, ...metrics];
}

function metricsOf(
  b: Builder,
  { node, metrics, compared }: LoweredLoss,
  alone: boolean,
  rowWeight: Value | undefined,
): Measure[] {
  if (!compared) return [];
  const { prediction, target, counts } = compared;
  const positions =
    counts && sum(b, cast(b, counts, 'f32'), counts.type.shape.map((_, axis) => axis).slice(1));
  const counted = positions && rowWeight ? mul(b, positions, rowWeight) : (positions ?? rowWeight);
  return metrics
    .map(metricOf)
    .filter(({ applies }) => applies(prediction.type, target.type))
    .map(({ id, perExample, finish }) => ({
      name: alone ? id : `${node}.${id}`,
      perExample: perExample(b, prediction, target, counts),
      ...(counted && { counted }),
      finish,
    }));
}

/** What a mean over nothing is divided by. */
export const LEAST_COUNT = 1e-12;

/** The mean over a batch. */
export const meanOf = (b: Builder, measure: Measure): Value =>
  measure.counted
    ? div(b, sum(b, partsOf(b, measure)), maximum(b, sum(b, measure.counted), LEAST_COUNT))
    : mean(b, measure.perExample);

/** What each example adds to the sum that a mean is made of. */
export const partsOf = (b: Builder, { perExample, counted }: Measure): Value =>
  counted ? mul(b, perExample, counted) : perExample;

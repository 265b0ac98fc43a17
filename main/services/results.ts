import { SPLITS } from '../../engine/core/dataset.ts';
import { records as metrics } from '../../engine/train/metrics/registry.gen.ts';

type Metrics = Readonly<Record<string, number>>;

/** Best value of the metric that says most about a model: one of the test split before others, the loss only last. */
export function bestResult(results: readonly Metrics[]): { metric: string; value: number } | null {
  const metric = primaryMetric(results);
  if (metric === null) return null;
  const values = results.map((result) => result[metric]).filter((value) => value !== undefined);
  return { metric, value: higherIsBetter(metric) ? Math.max(...values) : Math.min(...values) };
}

function primaryMetric(results: readonly Metrics[]): string | null {
  const names = new Set(results.flatMap((result) => Object.keys(result)));
  const ids = [...metrics.map(({ id }) => id), 'loss'];
  const candidates = SPLITS.toReversed().flatMap((split) => ids.map((id) => `${split}.${id}`));
  return candidates.find((name) => names.has(name)) ?? null;
}

function higherIsBetter(name: string): boolean {
  return metrics.some(({ id, higherIsBetter: higher }) => name.endsWith(`.${id}`) && higher);
}

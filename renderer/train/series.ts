import type { Split } from '../../engine/core/dataset.ts';
import type { MetricPoint } from '../../engine/process/protocol.ts';

/** One curve of a chart: x in fractional epochs, y in the metric's own unit. */
export interface Curve {
  readonly label: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Name of a design token, e.g. `--series-1`. */
  readonly colour: string;
  readonly dashed: boolean;
}

/** Names of all metrics that the points carry, loss first, then in order of appearance. */
export function metricNames(points: readonly MetricPoint[]): string[] {
  const names = new Set<string>(['loss']);
  for (const point of points) for (const name of Object.keys(point.values)) names.add(name);
  return [...names];
}

/** The points of one split that carry `metric`, as x (epoch) and y. */
export function curveOf(
  points: readonly MetricPoint[],
  split: Split,
  metric: string,
): { readonly x: readonly number[]; readonly y: readonly number[] } {
  const chosen = points.filter((point) => point.split === split && metric in point.values);
  return { x: chosen.map((point) => point.epoch), y: chosen.map((point) => point.values[metric]) };
}

/**
 * Exponential moving average with the start-up bias taken out, as Adam does it (Kingma & Ba, 2015, §3).
 * `weight` 0 leaves the values as they are; towards 1 it smooths more. Values that are not finite stay gaps.
 */
export function smooth(values: readonly number[], weight: number): number[] {
  let average = 0;
  let correction = 1;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    average = weight * average + (1 - weight) * value;
    correction *= weight;
    return average / (1 - correction);
  });
}

/** Aligned columns for a chart that wants one x axis: the union of all x, null where a curve has no point. */
export function align(curves: readonly Curve[]): [number[], ...(number | null)[][]] {
  const x = [...new Set(curves.flatMap((curve) => curve.x))].sort((a, b) => a - b);
  const row = new Map(x.map((value, index) => [value, index]));
  const columns = curves.map((curve) => {
    const column = new Array<number | null>(x.length).fill(null);
    curve.x.forEach((value, index) => {
      const y = curve.y[index];
      column[row.get(value)!] = Number.isFinite(y) ? y : null;
    });
    return column;
  });
  return [x, ...columns];
}

/** `97.25 %` for shares, four significant digits for everything else. */
export function formatMetric(metric: string, value: number): string {
  if (!Number.isFinite(value)) return 'not finite';
  if (isShare(metric)) return `${(value * 100).toFixed(2)} %`;
  return Number(value.toPrecision(4)).toString();
}

/** True for metrics that are shares of 1, which people read as per cent. */
export function isShare(metric: string): boolean {
  return metric.endsWith('accuracy');
}

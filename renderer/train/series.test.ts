import { describe, expect, it } from 'vitest';
import type { MetricPoint } from '../../engine/process/protocol.ts';
import { align, curveOf, formatMetric, metricNames, smooth } from './series.ts';

const points: MetricPoint[] = [
  { split: 'train', step: 10, epoch: 0.5, values: { loss: 1.5, accuracy: 0.25 } },
  { split: 'train', step: 20, epoch: 1, values: { loss: 1, accuracy: 0.5 } },
  { split: 'validation', step: 20, epoch: 1, values: { loss: 1.25 } },
];

describe('metric series', () => {
  it('lists loss first and every metric once', () => {
    expect(metricNames(points)).toEqual(['loss', 'accuracy']);
    expect(metricNames([])).toEqual(['loss']);
  });

  it('takes the points of one split that carry the metric', () => {
    expect(curveOf(points, 'train', 'accuracy')).toEqual({ x: [0.5, 1], y: [0.25, 0.5] });
    expect(curveOf(points, 'validation', 'accuracy')).toEqual({ x: [], y: [] });
  });

  it('smooths without a bias towards zero at the start', () => {
    expect(smooth([4, 4, 4], 0.9).map((value) => Number(value.toFixed(9)))).toEqual([4, 4, 4]);
    expect(smooth([1, 2, 3], 0)).toEqual([1, 2, 3]);
    const [, second] = smooth([0, 1], 0.5);
    expect(second).toBeCloseTo(2 / 3, 12);
  });

  it('keeps values that are not finite as gaps and goes on behind them', () => {
    const smoothed = smooth([1, Number.NaN, 1], 0.5);
    expect(smoothed[1]).toBeNaN();
    expect(smoothed[2]).toBeCloseTo(1, 12);
  });

  it('aligns curves on the union of their x values', () => {
    const style = { colour: 'red', dashed: false };
    expect(
      align([
        { label: 'a', x: [0, 2], y: [1, Number.NaN], ...style },
        { label: 'b', x: [1], y: [5], ...style },
      ]),
    ).toEqual([
      [0, 1, 2],
      [1, null, null],
      [null, 5, null],
    ]);
  });

  it('shows shares as per cent and the rest with four digits', () => {
    expect(formatMetric('accuracy', 0.97251)).toBe('97.25 %');
    expect(formatMetric('loss', 0.123456)).toBe('0.1235');
    expect(formatMetric('loss', Number.NaN)).toBe('not finite');
  });
});

import { describe, expect, it } from 'vitest';
import { Sample } from './quantiles.ts';

describe('quantiles', () => {
  it('lie between the nearest numbers, as in NumPy', () => {
    const sample = new Sample();
    expect(sample.quantile(0.5)).toBe(0);
    for (const value of [9, 1, 7, 3, 5, 11]) sample.add(value);
    // numpy.percentile([9, 1, 7, 3, 5, 11], [0, 10, 50, 75, 100])
    expect([0, 0.1, 0.5, 0.75, 1].map((share) => sample.quantile(share))).toEqual([1, 2, 6, 8.5, 11]);
  });

  it('of more than a million numbers are those of a fair sample', () => {
    const sample = new Sample();
    const count = 1_500_000;
    for (let at = 0; at < count; at++) sample.add(at);
    for (const share of [0.1, 0.5, 0.9])
      expect(Math.abs(sample.quantile(share) / count - share)).toBeLessThan(0.003);
  });
});

import { describe, expect, it } from 'vitest';
import type { Initializer, State } from '../ir/program.ts';
import { initialValues } from './initial.ts';

const state = (init: Initializer, name = 'dense.kernel'): State => ({
  name,
  type: { dtype: 'f32', shape: [100, 200] },
  role: 'parameter',
  init,
});

function moments(values: ArrayLike<number>): { mean: number; deviation: number } {
  const all = Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return {
    mean,
    deviation: Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length),
  };
}

describe('initial values', () => {
  it('zeros and constants', () => {
    expect(new Set(initialValues(state({ kind: 'zeros' }), 1))).toEqual(new Set([0]));
    expect(new Set(initialValues(state({ kind: 'constant', value: 1.5 }), 1))).toEqual(new Set([1.5]));
  });

  it('uniform within its limit, with the standard deviation limit / √3', () => {
    const values = initialValues(state({ kind: 'uniform', limit: 0.5 }), 1);
    expect(Math.max(...values)).toBeLessThanOrEqual(0.5);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-0.5);
    expect(moments(values).mean).toBeCloseTo(0, 2);
    expect(moments(values).deviation).toBeCloseTo(0.5 / Math.sqrt(3), 2);
  });

  it('normal with its standard deviation', () => {
    const { mean, deviation } = moments(initialValues(state({ kind: 'normal', standardDeviation: 2 }), 1));
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(deviation / 2).toBeCloseTo(1, 1);
  });

  it('is the same for the same seed and name, and different otherwise', () => {
    const init = { kind: 'uniform', limit: 1 } as const;
    expect(initialValues(state(init), 7)).toEqual(initialValues(state(init), 7));
    expect(initialValues(state(init), 7)).not.toEqual(initialValues(state(init), 8));
    expect(initialValues(state(init), 7)).not.toEqual(initialValues(state(init, 'dense-2.kernel'), 7));
  });
});

import { describe, expect, it } from 'vitest';
import { Pace } from './pace.ts';

describe('pace', () => {
  it('grows until a submit takes 50 to 100 ms', () => {
    const pace = new Pace();
    for (let submit = 0; submit < 20; submit++) pace.record(pace.steps, 2 * pace.steps);
    expect(pace.steps * 2).toBeGreaterThanOrEqual(50);
    expect(pace.steps * 2).toBeLessThanOrEqual(100);
    expect(pace.stepsPerSecond).toBeCloseTo(500, 6);
  });

  it('stays at one step where a step takes longer', () => {
    const pace = new Pace();
    for (let submit = 0; submit < 5; submit++) pace.record(pace.steps, 400 * pace.steps);
    expect(pace.steps).toBe(1);
  });

  it('shrinks when steps become slower', () => {
    const pace = new Pace();
    for (let submit = 0; submit < 20; submit++) pace.record(pace.steps, pace.steps);
    for (let submit = 0; submit < 20; submit++) pace.record(pace.steps, 10 * pace.steps);
    expect(pace.steps).toBeLessThanOrEqual(8);
  });

  it('does not divide by zero on a coarse clock', () => {
    const pace = new Pace();
    pace.record(1, 0);
    expect(Number.isFinite(pace.stepsPerSecond)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { formatStep, stepOf, stepsAfter, usualLength } from './steps.ts';

const step = (...texts: string[]) => stepOf(texts.map((text) => Date.parse(`${text}Z`)))!;

describe('the step of a series', () => {
  it.each([
    [['2024-01-01T00:00', '2024-02-01T00:00', '2024-03-01T00:00'], 'a month', 12],
    [['2024-01-31T00:00', '2024-02-29T00:00', '2024-03-31T00:00'], 'a month', 12],
    [['2024-01-01T00:00', '2024-04-01T00:00'], '3 months', 4],
    [['2023-01-01T00:00', '2024-01-01T00:00'], 'a year', 10],
    [['2024-01-01T00:00', '2024-01-08T00:00', '2024-01-15T00:00'], 'a week', 52],
    [['2024-01-01T00:00', '2024-01-02T00:00', '2024-01-03T00:00'], 'a day', 30],
    [['2024-01-01T00:00', '2024-01-01T01:00', '2024-01-01T02:00'], 'an hour', 24],
    [['2024-01-01T00:00', '2024-01-01T00:15', '2024-01-01T00:30'], '15 minutes', 96],
  ])('%j is %s', (texts, words, length) => {
    expect(formatStep(step(...texts))).toBe(words);
    expect(usualLength(step(...texts))).toBe(length);
  });

  it('is what most rows keep to', () => {
    expect(
      step('2024-01-01T00:00', '2024-01-02T00:00', '2024-01-03T00:00', '2024-01-06T00:00'),
    ).toMatchObject({
      count: 86_400_000,
      share: 2 / 3,
    });
    expect(stepOf([5])).toBeUndefined();
  });
});

describe('steps ahead', () => {
  const after = (text: string, unit: 'month' | 'millisecond', count: number, steps: number): string =>
    new Date(stepsAfter(Date.parse(`${text}Z`), { unit, count }, steps)).toISOString().slice(0, 16);

  it('are counted in months where steps are, and last days stay last days', () => {
    expect(after('2023-11-15T06:00', 'month', 1, 3)).toBe('2024-02-15T06:00');
    expect(after('2024-01-31T00:00', 'month', 1, 1)).toBe('2024-02-29T00:00');
    expect(after('2024-02-29T00:00', 'month', 1, 1)).toBe('2024-03-31T00:00');
    expect(after('2024-01-01T00:00', 'month', 3, 4)).toBe('2025-01-01T00:00');
    expect(after('2024-02-28T23:00', 'millisecond', 3_600_000, 2)).toBe('2024-02-29T01:00');
  });
});

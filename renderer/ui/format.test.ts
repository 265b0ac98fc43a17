import { describe, expect, it } from 'vitest';
import { formatAgo, formatDuration, formatShort } from './format.ts';
import { describeRange, fitsRange, parseNumber, showNumber, stepNumber } from './numbers.ts';

describe('formats', () => {
  it('shortens counts', () => {
    expect([0, 999, 1000, 8970, 999_600, 1_234_567].map(formatShort)).toEqual([
      '0',
      '999',
      '1 k',
      '8.97 k',
      '1 M',
      '1.23 M',
    ]);
  });

  it('shows durations in two units at most', () => {
    expect([0.42, 12.4, 59.7, 185, 7810, Infinity].map(formatDuration)).toEqual([
      '0.4 s',
      '12 s',
      '1 min 00 s',
      '3 min 05 s',
      '2 h 10 min',
      '–',
    ]);
  });

  it('says how long ago something was', () => {
    const now = Date.parse('2026-11-24T12:00:00Z');
    expect(formatAgo('2026-11-24T11:59:40Z', now)).toBe('just now');
    expect(formatAgo('2026-11-24T11:55:00Z', now)).toBe('5 minutes ago');
    expect(formatAgo('2026-11-23T11:00:00Z', now)).toBe('yesterday');
    expect(formatAgo('2026-11-01T11:00:00Z', now)).toBe('Nov 1, 2026');
  });
});

describe('numbers in forms', () => {
  it('reads what people type and nothing else', () => {
    expect(['1e-3', ' 0,5 ', '.25', '-4'].map(parseNumber)).toEqual([0.001, 0.5, 0.25, -4]);
    expect(['', '-', '1e', '0x10', '1 2'].map(parseNumber)).toEqual([NaN, NaN, NaN, NaN, NaN]);
  });

  it('shows small numbers with an exponent', () => {
    expect([0, 0.00001, 0.001, 1.5].map(showNumber)).toEqual(['0', '1e-5', '0.001', '1.5']);
  });

  it('steps whole numbers by one and others in their second digit, within the range', () => {
    expect(stepNumber(64, 1, false, { integer: true })).toBe(65);
    expect(stepNumber(1, -1, false, { integer: true, min: 1 })).toBe(1);
    expect(stepNumber(0.001, 1, false, {})).toBe(0.0011);
    expect(stepNumber(0.95, 1, true, { max: 1 })).toBe(1);
    expect(stepNumber(1, -1, true, { min: 0, exclusiveMin: true })).toBe(1);
  });

  it('knows what fits a range and says it in words', () => {
    const range = { integer: true, min: 1, max: 8 };
    expect([0, 1, 2.5, 8, 9, NaN].map((value) => fitsRange(value, range))).toEqual([
      false,
      true,
      false,
      true,
      false,
      false,
    ]);
    expect(fitsRange(1, { max: 1, exclusiveMax: true })).toBe(false);
    expect(describeRange(range)).toBe('A whole number of at least 1 and at most 8');
    expect(describeRange({ min: 0, max: 1, exclusiveMax: true })).toBe('A number of at least 0 and below 1');
  });
});

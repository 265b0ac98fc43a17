import { describe, expect, it } from 'vitest';
import { parseNumbers, showNumbers } from './number-list.ts';

describe('lists of whole numbers', () => {
  const kind = 'integers';

  it('are read in every way people write them', () => {
    for (const text of ['28 × 28 × 1', '28,28,1', '28x28x1', ' 28 28 1 ', '28 * 28*1']) {
      expect(parseNumbers(text, { kind })).toEqual([28, 28, 1]);
    }
    expect(showNumbers([3, 3], { kind })).toBe('3 × 3');
  });

  it('must fit the field', () => {
    expect(parseNumbers('3', { kind, length: 2 })).toBeNull();
    expect(parseNumbers('3 0', { kind, length: 2, min: 1 })).toBeNull();
    expect(parseNumbers('3 1.5', { kind, length: 2 })).toBeNull();
    expect(parseNumbers('', { kind })).toBeNull();
  });
});

describe('lists of numbers', () => {
  const kind = 'numbers';

  it('have fractions, and may be empty', () => {
    expect(parseNumbers('1, 2.5 1e-3', { kind })).toEqual([1, 2.5, 0.001]);
    expect(parseNumbers(' ', { kind })).toEqual([]);
    expect(showNumbers([1, 0.5], { kind })).toBe('1, 0.5');
  });

  it('must fit the field', () => {
    expect(parseNumbers('1, -2', { kind, min: 0 })).toBeNull();
    expect(parseNumbers('1, two', { kind })).toBeNull();
  });
});

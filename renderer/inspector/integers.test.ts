import { describe, expect, it } from 'vitest';
import { parseIntegers, showIntegers } from './integers.ts';

describe('lists of whole numbers', () => {
  it('are read in every way people write them', () => {
    for (const text of ['28 × 28 × 1', '28,28,1', '28x28x1', ' 28 28 1 ', '28 * 28*1']) {
      expect(parseIntegers(text, {})).toEqual([28, 28, 1]);
    }
    expect(showIntegers([3, 3])).toBe('3 × 3');
  });

  it('must fit the field', () => {
    expect(parseIntegers('3', { length: 2 })).toBeNull();
    expect(parseIntegers('3 0', { length: 2, min: 1 })).toBeNull();
    expect(parseIntegers('3 1.5', { length: 2 })).toBeNull();
    expect(parseIntegers('', {})).toBeNull();
  });
});

import { expect, it } from 'vitest';
import { countOf, paceOf } from './words.ts';

it('tells how far an import is, and how fast', () => {
  expect(paceOf({ done: 3, total: 8 })).toBe('37 %');
  expect(paceOf({ done: 12_345, total: null })).toBe('12,345');
  expect(paceOf({ done: 1, total: 2, bytesPerSecond: 85 * 2 ** 20, secondsLeft: 11.2 })).toBe(
    '50 % · 85 MiB/s · 12 s left',
  );
});

it('tells how many rows there are, or about how many', () => {
  expect(countOf({ totalRows: 1500 })).toBe('1,500');
  expect(countOf({ totalRows: null, estimatedRows: 251_234_567 })).toBe('about 250 M');
  expect(countOf({ totalRows: null })).toBeNull();
});

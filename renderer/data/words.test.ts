import { expect, it } from 'vitest';
import { countOf, listed, nextName, paceOf } from './words.ts';

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

it('a data set that is made of another one is called like none that is there', () => {
  expect(nextName('iris', ['iris'])).toBe('iris 2');
  expect(nextName('iris 2', ['iris', 'iris 2', 'iris 3'])).toBe('iris 4');
});

it('of many names the first are told', () => {
  expect(listed(['a', 'b'])).toBe('a, b');
  expect(
    listed(
      Array.from({ length: 1200 }, (_, at) => `c${at}`),
      2,
    ),
  ).toBe('c0, c1 and 1,198 more');
});

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { sumSegments } from './sum-segments.ts';

const starts = [0, 0, 3, 4, 4, 6];

checkOp('sum-segments', [
  {
    name: 'of different lengths, some empty',
    inputs: [
      { shape: [6, 2], values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] },
      { shape: [6], dtype: 'i32', values: starts },
    ],
    build: (b, [x, at]) => sumSegments(b, x, at),
    expected: [0, 0, 9, 12, 7, 8, 0, 0, 20, 22],
  },
  {
    name: 'of rows as wide as vectors',
    inputs: [{ shape: [6, 3, 8] }, { shape: [6], dtype: 'i32', values: starts }],
    build: (b, [x, at]) => sumSegments(b, x, at),
  },
  {
    name: 'of single numbers',
    inputs: [{ shape: [6] }, { shape: [9], dtype: 'i32', values: [...starts, 6, 6, 6] }],
    build: (b, [x, at]) => sumSegments(b, x, at),
  },
]);

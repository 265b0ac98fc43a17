import { checkOp } from '../../tests/conformance/op-harness.ts';
import { scatterRows } from './scatter-rows.ts';

checkOp('scatter-rows', [
  {
    name: 'adds rows that share an index',
    inputs: [
      { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] },
      { shape: [3], dtype: 'i32', values: [1, 3, 1] },
    ],
    build: (b, [x, indices]) => scatterRows(b, x, indices, 4),
    expected: [0, 0, 6, 8, 0, 0, 3, 4],
  },
  {
    name: 'more rows than are named, and rows named several times',
    inputs: [{ shape: [2, 3, 5] }, { shape: [2, 3], dtype: 'u32', values: [6, 0, 6, 6, 2, 0] }],
    build: (b, [x, indices]) => scatterRows(b, x, indices, 7),
  },
  {
    name: 'so many rows that the indices are sorted',
    inputs: [
      { shape: [5, 14, 8] },
      { shape: [5, 14], dtype: 'i32', values: Array.from({ length: 70 }, (_, at) => (at * at * 37) % 2500) },
    ],
    build: (b, [x, indices]) => scatterRows(b, x, indices, 2500),
    // Its parts are: sum-segments and gather.
    differentiable: false,
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { cast } from './cast.ts';
import { concat } from './concat.ts';
import { gather } from './gather.ts';

checkOp('gather', [
  {
    name: 'rows of a matrix, one of them twice',
    inputs: [
      { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] },
      { shape: [4], dtype: 'i32', values: [2, 0, 2, 1] },
    ],
    build: (b, [table, indices]) => gather(b, table, indices),
    expected: [5, 6, 1, 2, 5, 6, 3, 4],
  },
  {
    name: 'one row that is joined behind another',
    inputs: [
      { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] },
      { shape: [], dtype: 'i32', values: [0] },
    ],
    build: (b, [table, index]) => concat(b, [gather(b, table, index), gather(b, table, index)], 0),
    expected: [1, 2, 1, 2],
  },
  {
    name: 'bytes by two axes of indices',
    inputs: [
      { shape: [3, 5], dtype: 'u8', range: [0, 256] },
      { shape: [2, 2], dtype: 'u32', values: [0, 2, 1, 0] },
    ],
    build: (b, [table, indices]) => cast(b, gather(b, table, indices), 'f32'),
  },
]);

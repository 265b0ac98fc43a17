import { checkOp } from '../../tests/conformance/op-harness.ts';
import { slice } from './slice.ts';

checkOp('slice', [
  {
    name: 'a part of a row',
    inputs: [{ shape: [5], values: [1, 2, 3, 4, 5] }],
    build: (b, [x]) => slice(b, x, [1], [4]),
    expected: [2, 3, 4],
  },
  {
    name: 'every other element',
    inputs: [{ shape: [2, 7] }],
    build: (b, [x]) => slice(b, x, [0, 1], [2, 7], [1, 2]),
  },
  {
    name: 'a stride that leaves a rest',
    inputs: [{ shape: [3, 11] }],
    build: (b, [x]) => slice(b, x, [1, 2], [3, 10], [1, 3]),
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { broadcast, broadcastTo, repeat } from './broadcast.ts';

checkOp('broadcast', [
  {
    name: 'a row to a matrix',
    inputs: [{ shape: [3], values: [1, 2, 3] }],
    build: (b, [x]) => broadcastTo(b, x, [2, 3]),
    expected: [1, 2, 3, 1, 2, 3],
  },
  {
    name: 'a column to a matrix',
    inputs: [{ shape: [2], values: [1, 2] }],
    build: (b, [x]) => broadcast(b, x, [2, 3], [0]),
    expected: [1, 1, 1, 2, 2, 2],
  },
  {
    name: 'along an axis of extent 1',
    inputs: [{ shape: [2, 1, 3] }],
    build: (b, [x]) => broadcastTo(b, x, [4, 2, 5, 3]),
  },
  {
    name: 'each element several times',
    inputs: [{ shape: [2, 2], values: [1, 2, 3, 4] }],
    build: (b, [x]) => repeat(b, repeat(b, x, 1, 2), 0, 2),
    expected: [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4],
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { equal } from './equal.ts';

checkOp('equal', [
  {
    name: 'equal shapes',
    inputs: [
      { shape: [3, 4], range: [0, 3], dtype: 'i32' },
      { shape: [3, 4], range: [0, 3], dtype: 'i32' },
    ],
    build: (b, [x, y]) => equal(b, x, y),
    expected: (x, y) => (x === y ? 1 : 0),
  },
  {
    name: 'a row against a matrix',
    inputs: [
      { shape: [3, 4], range: [0, 3], dtype: 'i32' },
      { shape: [4], range: [0, 3], dtype: 'i32' },
    ],
    build: (b, [x, y]) => equal(b, x, y),
  },
]);

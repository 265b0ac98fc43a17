import { checkOp } from '../../tests/conformance/op-harness.ts';
import { pad } from './pad.ts';

checkOp('pad', [
  {
    name: 'before, behind and between',
    inputs: [{ shape: [3], values: [1, 2, 3] }],
    build: (b, [x]) => pad(b, x, [1], [2], [1], 9),
    expected: [9, 1, 9, 2, 9, 3, 9, 9],
  },
  { name: 'two axes', inputs: [{ shape: [2, 3] }], build: (b, [x]) => pad(b, x, [1, 0], [0, 2]) },
]);

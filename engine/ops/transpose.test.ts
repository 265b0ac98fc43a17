import { checkOp } from '../../tests/conformance/op-harness.ts';
import { transpose } from './transpose.ts';

checkOp('transpose', [
  {
    name: 'a matrix',
    inputs: [{ shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }],
    build: (b, [x]) => transpose(b, x, [1, 0]),
    expected: [1, 4, 2, 5, 3, 6],
  },
  { name: 'three axes', inputs: [{ shape: [2, 3, 4] }], build: (b, [x]) => transpose(b, x, [2, 0, 1]) },
]);

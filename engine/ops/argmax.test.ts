import { checkOp } from '../../tests/conformance/op-harness.ts';
import { argmax } from './argmax.ts';

checkOp('argmax', [
  {
    name: 'the first of equal maxima',
    inputs: [{ shape: [3, 4], values: [1, 5, 5, 2, -1, -2, -3, -4, 0, 0, 0, 1] }],
    build: (b, [x]) => argmax(b, x, 1),
    expected: [1, 0, 3],
  },
  { name: 'a middle axis', inputs: [{ shape: [3, 5, 2] }], build: (b, [x]) => argmax(b, x, 1) },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { tanh } from './tanh.ts';

checkOp('tanh', [
  {
    name: 'a matrix',
    inputs: [{ shape: [3, 5] }],
    build: (b, [x]) => tanh(b, x),
    expected: (x) => 1 - 2 / (Math.exp(2 * x) + 1),
  },
]);

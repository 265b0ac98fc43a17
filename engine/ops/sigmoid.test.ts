import { checkOp } from '../../tests/conformance/op-harness.ts';
import { sigmoid } from './sigmoid.ts';

checkOp('sigmoid', [
  {
    name: 'a matrix',
    inputs: [{ shape: [3, 5] }],
    build: (b, [x]) => sigmoid(b, x),
    expected: (x) => 0.5 * (1 + Math.tanh(x / 2)),
  },
  {
    name: 'where exponentials overflow',
    inputs: [{ shape: [4], values: [-1e30, -200, 20, 1e30] }],
    build: (b, [x]) => sigmoid(b, x),
    expected: [0, Math.exp(-200), 1 / (1 + Math.exp(-20)), 1],
    differentiable: false,
  },
]);

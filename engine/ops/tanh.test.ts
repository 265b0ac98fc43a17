import { checkOp } from '../../tests/conformance/op-harness.ts';
import { tanh } from './tanh.ts';

checkOp('tanh', [
  {
    name: 'a matrix',
    inputs: [{ shape: [3, 5] }],
    build: (b, [x]) => tanh(b, x),
    expected: (x) => 1 - 2 / (Math.exp(2 * x) + 1),
  },
  {
    name: 'near 0, where digits are easily lost, and where exponentials overflow',
    inputs: [{ shape: [8], values: [1e-6, -1e-3, 0.1, 0.19999, 0.2, 9, 200, -1e30] }],
    build: (b, [x]) => tanh(b, x),
    expected: (x) => Math.tanh(x),
    differentiable: false,
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { sumPool2dGradient } from './sum-pool2d-gradient.ts';

checkOp('sum-pool2d-gradient', [
  {
    name: 'adds the gradients of overlapping windows',
    inputs: [{ shape: [1, 1, 2, 1], values: [1, 10] }],
    build: (b, [gradient]) =>
      sumPool2dGradient(b, gradient, [1, 1, 3, 1], {
        size: [1, 2],
        stride: [1, 1],
        dilation: [1, 1],
        padding: [0, 0, 0, 0],
      }),
    expected: [1, 11, 10],
  },
]);

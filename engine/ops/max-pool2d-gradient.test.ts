import { checkOp } from '../../tests/conformance/op-harness.ts';
import { maxPool2dGradient } from './max-pool2d-gradient.ts';

checkOp('max-pool2d-gradient', [
  {
    name: 'goes to the chosen element of each window',
    inputs: [
      { shape: [1, 1, 2, 1], dtype: 'i32', values: [1, 2] },
      { shape: [1, 1, 2, 1], values: [10, 20] },
    ],
    build: (b, [index, gradient]) =>
      maxPool2dGradient(b, index, gradient, [1, 2, 4, 1], {
        size: [2, 2],
        stride: [2, 2],
        dilation: [1, 1],
        padding: [0, 0, 0, 0],
      }),
    expected: [0, 10, 0, 0, 0, 0, 20, 0],
    differentiable: false,
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { depthwiseConv2dInputGradient } from './depthwise-conv2d-input-gradient.ts';

checkOp('depthwise-conv2d-input-gradient', [
  {
    name: 'spreads each gradient over its window',
    inputs: [
      { shape: [1, 1, 2, 2], values: [1, -1, 10, 0] },
      { shape: [1, 2, 2], values: [2, 5, 3, 7] },
    ],
    build: (b, [gradient, kernel]) =>
      depthwiseConv2dInputGradient(b, gradient, kernel, [1, 1, 3, 2], {
        stride: [1, 1],
        dilation: [1, 1],
        padding: [0, 0, 0, 0],
      }),
    expected: [2, -5, 23, -7, 30, 0],
  },
  {
    name: 'stride, dilation and padding',
    inputs: [{ shape: [2, 3, 3, 4] }, { shape: [3, 2, 4] }],
    build: (b, [gradient, kernel]) =>
      depthwiseConv2dInputGradient(b, gradient, kernel, [2, 6, 7, 4], {
        stride: [2, 3],
        dilation: [2, 1],
        padding: [2, 1, 0, 1],
      }),
  },
]);

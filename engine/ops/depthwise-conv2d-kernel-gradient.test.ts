import { checkOp } from '../../tests/conformance/op-harness.ts';
import { depthwiseConv2dKernelGradient } from './depthwise-conv2d-kernel-gradient.ts';

checkOp('depthwise-conv2d-kernel-gradient', [
  {
    name: 'correlates image and gradient, channel by channel',
    inputs: [
      { shape: [1, 1, 3, 2], values: [1, 0, 2, 1, 3, 2] },
      { shape: [1, 1, 2, 2], values: [1, 3, 10, 4] },
    ],
    build: (b, [x, gradient]) =>
      depthwiseConv2dKernelGradient(b, x, gradient, [1, 2, 2], {
        stride: [1, 1],
        dilation: [1, 1],
        padding: [0, 0, 0, 0],
      }),
    expected: [21, 4, 32, 11],
  },
  {
    name: 'stride and padding',
    inputs: [{ shape: [2, 5, 4, 3] }, { shape: [2, 3, 4, 3] }],
    build: (b, [x, gradient]) =>
      depthwiseConv2dKernelGradient(b, x, gradient, [3, 2, 3], {
        stride: [2, 1],
        dilation: [1, 1],
        padding: [1, 1, 0, 1],
      }),
  },
  {
    name: 'many positions',
    inputs: [{ shape: [3, 9, 9, 4] }, { shape: [3, 9, 9, 4] }],
    build: (b, [x, gradient]) =>
      depthwiseConv2dKernelGradient(b, x, gradient, [3, 3, 4], {
        stride: [1, 1],
        dilation: [1, 1],
        padding: [1, 1, 1, 1],
      }),
    differentiable: false,
  },
]);

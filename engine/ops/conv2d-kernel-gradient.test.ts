import { AS_ON_A_CARD, DEVICES } from '../../tests/conformance/device.ts';
import { checkOp } from '../../tests/conformance/op-harness.ts';
import { conv2dKernelGradient } from './conv2d-kernel-gradient.ts';

checkOp(
  'conv2d-kernel-gradient',
  [
    {
      name: 'correlates image and gradient',
      inputs: [
        { shape: [1, 1, 3, 1], values: [1, 2, 3] },
        { shape: [1, 1, 2, 1], values: [1, 10] },
      ],
      build: (b, [x, gradient]) =>
        conv2dKernelGradient(b, x, gradient, [1, 2, 1, 1], {
          stride: [1, 1],
          dilation: [1, 1],
          padding: [0, 0, 0, 0],
        }),
      expected: [21, 32],
    },
    {
      name: 'many positions',
      inputs: [{ shape: [3, 9, 9, 2] }, { shape: [3, 9, 9, 4] }],
      build: (b, [x, gradient]) =>
        conv2dKernelGradient(b, x, gradient, [3, 3, 2, 4], {
          stride: [1, 1],
          dilation: [1, 1],
          padding: [1, 1, 1, 1],
        }),
      differentiable: false,
    },
  ],
  [...DEVICES, AS_ON_A_CARD],
);

import { AS_ON_A_CARD, DEVICES } from '../../tests/conformance/device.ts';
import { checkOp } from '../../tests/conformance/op-harness.ts';
import { conv2dInputGradient } from './conv2d-input-gradient.ts';

checkOp(
  'conv2d-input-gradient',
  [
    {
      name: 'spreads each gradient over its window',
      inputs: [
        { shape: [1, 1, 2, 1], values: [1, 10] },
        { shape: [1, 2, 1, 1], values: [2, 3] },
      ],
      build: (b, [gradient, kernel]) =>
        conv2dInputGradient(b, gradient, kernel, [1, 1, 3, 1], {
          stride: [1, 1],
          dilation: [1, 1],
          padding: [0, 0, 0, 0],
        }),
      expected: [2, 23, 30],
    },
    {
      name: 'stride, dilation and padding',
      inputs: [{ shape: [2, 3, 3, 4] }, { shape: [3, 2, 3, 4] }],
      build: (b, [gradient, kernel]) =>
        conv2dInputGradient(b, gradient, kernel, [2, 6, 7, 3], {
          stride: [2, 3],
          dilation: [2, 1],
          padding: [2, 1, 0, 1],
        }),
    },
  ],
  [...DEVICES, AS_ON_A_CARD],
);

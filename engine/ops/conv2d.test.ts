import { AS_ON_A_CARD, DEVICES } from '../../tests/conformance/device.ts';
import { checkOp } from '../../tests/conformance/op-harness.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { conv2d } from './conv2d.ts';
import type { Window } from './window.ts';

const plain: Window = { stride: [1, 1], dilation: [1, 1], padding: [0, 0, 0, 0] };
const same: Window = { ...plain, padding: [1, 1, 1, 1] };
const strided: Window = { stride: [2, 3], dilation: [1, 1], padding: [1, 0, 2, 1] };
const dilated: Window = { stride: [1, 2], dilation: [2, 2], padding: [2, 1, 0, 2] };

checkOp(
  'conv2d',
  [
    {
      name: 'a sum of four neighbours',
      inputs: [
        { shape: [1, 3, 3, 1], values: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
        { shape: [2, 2, 1, 1], values: [1, 1, 1, 1] },
      ],
      build: (b, [x, kernel]) => conv2d(b, x, kernel, plain),
      expected: [12, 16, 24, 28],
    },
    ...[plain, same, strided, dilated].map((window) => ({
      name: JSON.stringify(window),
      inputs: [{ shape: [2, 6, 7, 3] }, { shape: [3, 3, 3, 4] }],
      build: (b: Builder, [x, kernel]: readonly Value[]) => conv2d(b, x, kernel, window),
    })),
    {
      name: 'channels and filters that vectors fit, with stride and dilation',
      inputs: [{ shape: [2, 7, 6, 8] }, { shape: [3, 2, 8, 12] }],
      build: (b, [x, kernel]) => conv2d(b, x, kernel, { ...same, stride: [2, 1], dilation: [1, 2] }),
    },
    {
      name: 'a kernel of one tap',
      inputs: [{ shape: [2, 3, 3, 4] }, { shape: [1, 1, 4, 8] }],
      build: (b, [x, kernel]) => conv2d(b, x, kernel, plain),
    },
  ],
  [...DEVICES, AS_ON_A_CARD],
);

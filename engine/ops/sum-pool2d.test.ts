import { checkOp } from '../../tests/conformance/op-harness.ts';
import { avgPool2d, sumPool2d } from './sum-pool2d.ts';
import type { Pooling } from './pooling.ts';

const plain: Pooling = { size: [2, 2], stride: [2, 2], dilation: [1, 1], padding: [0, 0, 0, 0] };
const overlapping: Pooling = { size: [3, 3], stride: [2, 2], dilation: [1, 1], padding: [1, 1, 1, 1] };

checkOp('sum-pool2d', [
  {
    name: 'two windows',
    inputs: [{ shape: [1, 2, 4, 1], values: [1, 5, 2, 6, 4, 4, 3, 5] }],
    build: (b, [x]) => sumPool2d(b, x, plain),
    expected: [14, 16],
  },
  {
    name: 'windows that leave a border out',
    inputs: [{ shape: [2, 5, 7, 3] }],
    build: (b, [x]) => sumPool2d(b, x, plain),
  },
  {
    name: 'windows that overlap and reach into the padding',
    inputs: [{ shape: [2, 6, 7, 2] }],
    build: (b, [x]) => sumPool2d(b, x, overlapping),
  },
  {
    name: 'one window that is padding on two sides, four channels',
    inputs: [{ shape: [1, 2, 2, 4] }],
    build: (b, [x]) => sumPool2d(b, x, overlapping),
  },
  {
    name: 'the mean of a window does not count the padding',
    inputs: [{ shape: [1, 2, 3, 1], values: [1, 2, 3, 4, 5, 6] }],
    build: (b, [x]) => avgPool2d(b, x, overlapping),
    expected: [3, 4],
  },
]);

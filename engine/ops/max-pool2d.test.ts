import { checkOp } from '../../tests/conformance/op-harness.ts';
import { maxPool2d } from './max-pool2d.ts';
import type { Pooling } from './pooling.ts';

const plain: Pooling = { size: [2, 2], stride: [2, 2], dilation: [1, 1], padding: [0, 0, 0, 0] };
const overlapping: Pooling = { size: [3, 3], stride: [2, 2], dilation: [1, 1], padding: [1, 1, 1, 1] };

checkOp('max-pool2d', [
  {
    name: 'two windows',
    inputs: [{ shape: [1, 2, 4, 1], values: [1, 5, 2, 6, 4, 4, 3, 5] }],
    build: (b, [x]) => maxPool2d(b, x, plain),
    expected: [5, 6],
  },
  {
    name: 'windows that leave a border out',
    inputs: [{ shape: [2, 5, 7, 3] }],
    build: (b, [x]) => maxPool2d(b, x, plain),
  },
  {
    name: 'windows that overlap and reach into the padding',
    inputs: [{ shape: [2, 6, 7, 2] }],
    build: (b, [x]) => maxPool2d(b, x, overlapping),
  },
  {
    name: 'one window that is padding on two sides, four channels',
    inputs: [{ shape: [1, 2, 2, 4] }],
    build: (b, [x]) => maxPool2d(b, x, overlapping),
  },
]);

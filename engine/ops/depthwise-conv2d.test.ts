import { checkOp } from '../../tests/conformance/op-harness.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import type { Window } from './window.ts';

const plain: Window = { stride: [1, 1], dilation: [1, 1], padding: [0, 0, 0, 0] };
const strided: Window = { stride: [2, 3], dilation: [1, 1], padding: [1, 0, 2, 1] };
const dilated: Window = { stride: [1, 2], dilation: [2, 2], padding: [2, 1, 0, 2] };

checkOp('depthwise-conv2d', [
  {
    name: 'two channels, each with its own filter',
    inputs: [
      { shape: [1, 1, 3, 2], values: [1, 10, 2, 20, 3, 30] },
      { shape: [1, 2, 2], values: [1, 2, -1, 3] },
    ],
    build: (b, [x, kernel]) => depthwiseConv2d(b, x, kernel, plain),
    expected: [-1, 80, -1, 130],
  },
  ...[plain, strided, dilated].map((window) => ({
    name: JSON.stringify(window),
    inputs: [{ shape: [2, 6, 7, 3] }, { shape: [3, 3, 3] }],
    build: (b: Builder, [x, kernel]: readonly Value[]) => depthwiseConv2d(b, x, kernel, window),
  })),
  {
    name: 'channels that vectors fit',
    inputs: [{ shape: [2, 5, 4, 8] }, { shape: [3, 2, 8] }],
    build: (b, [x, kernel]) => depthwiseConv2d(b, x, kernel, { ...plain, padding: [1, 1, 0, 1] }),
  },
]);

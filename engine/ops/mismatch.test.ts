import { expect, it } from 'vitest';
import type { DType } from '../core/dtype.ts';
import { Builder, type Value } from '../ir/builder.ts';
import { add } from './add.ts';
import { argmax } from './argmax.ts';
import { broadcastTo } from './broadcast.ts';
import { concat } from './concat.ts';
import { fill } from './constant.ts';
import { conv2d } from './conv2d.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { gather } from './gather.ts';
import { matmul } from './matmul.ts';
import { maxPool2d } from './max-pool2d.ts';
import type { Pooling } from './pooling.ts';
import { sum } from './reduce-sum.ts';
import { reshape } from './reshape.ts';
import { select } from './select.ts';
import { slice } from './slice.ts';
import { transpose } from './transpose.ts';

const b = new Builder('test');
const tensor = (shape: readonly number[], dtype: DType = 'f32'): Value => fill(b, 0, shape, dtype);
const window: Pooling = { size: [2, 2], stride: [1, 1], dilation: [1, 1], padding: [0, 0, 0, 0] };

it.each<[string, () => Value]>([
  ['add of two shapes', () => add(b, tensor([2]), tensor([3]))],
  ['add of two element types', () => add(b, tensor([2]), tensor([2], 'i32'))],
  ['select by a number', () => select(b, tensor([2]), tensor([2]), 0)],
  ['broadcast to a smaller shape', () => broadcastTo(b, tensor([3]), [2])],
  ['reshape to another size', () => reshape(b, tensor([2, 3]), [5])],
  ['transpose that names an axis twice', () => transpose(b, tensor([2, 3]), [1, 1])],
  ['slice beyond the end', () => slice(b, tensor([4]), [2], [5])],
  ['concat of other extents', () => concat(b, [tensor([2, 3]), tensor([2, 4])], 0)],
  ['gather by real numbers', () => gather(b, tensor([2, 3]), tensor([2]))],
  ['sum over an axis that is not there', () => sum(b, tensor([2, 3]), [2])],
  ['argmax of a scalar', () => argmax(b, tensor([]), 0)],
  ['matmul of other inner extents', () => matmul(b, tensor([2, 3]), tensor([4, 2]))],
  ['matmul of other batches', () => matmul(b, tensor([2, 3, 4]), tensor([3, 4, 2]))],
  ['matmul of other element types', () => matmul(b, tensor([2, 3]), tensor([3, 2], 'i32'))],
  ['conv2d of other channels', () => conv2d(b, tensor([1, 4, 4, 3]), tensor([2, 2, 2, 5]), window)],
  ['conv2d beyond the image', () => conv2d(b, tensor([1, 2, 2, 3]), tensor([3, 3, 3, 5]), window)],
  [
    'depthwise-conv2d of other channels',
    () => depthwiseConv2d(b, tensor([1, 4, 4, 3]), tensor([2, 2, 2]), window),
  ],
  [
    'depthwise-conv2d beyond the image',
    () => depthwiseConv2d(b, tensor([1, 2, 2, 3]), tensor([3, 3, 3]), window),
  ],
  ['pooling beyond the image', () => maxPool2d(b, tensor([1, 1, 4, 3]), window)],
  [
    'pooling of nothing but padding',
    () => maxPool2d(b, tensor([1, 4, 4, 3]), { ...window, padding: [2, 0, 0, 0] }),
  ],
])('refuses %s', (_, build) => {
  expect(build).toThrowError(expect.objectContaining({ code: 'OP_TYPE' }));
});

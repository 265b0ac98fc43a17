import { ndarray } from '../core/ndarray.ts';
import { size } from '../core/shape.ts';
import { formatType } from '../core/tensor.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { and, call, real, select } from '../kernel/scalar.ts';
import { depthwiseConv2dInputGradient } from './depthwise-conv2d-input-gradient.ts';
import { depthwiseConv2dKernelGradient } from './depthwise-conv2d-kernel-gradient.ts';
import { visitProducts } from './depthwise.ts';
import { mismatch } from './mismatch.ts';
import { tappedExpression, windowExtents, type Window } from './window.ts';

const record = defineOp<Window>({
  name: 'depthwise-conv2d',
  doc:
    'Cross-correlation of each channel of images [batch, height, width, channels] with its own filter of a kernel ' +
    '[rows, columns, channels]; what lies outside of the image is 0.',
  infer: ([x, kernel], window) => {
    const [rows, columns, channels] = kernel.shape;
    const [height, width] = windowExtents(x.shape.slice(1, 3), [rows, columns], window);
    const ranks = x.shape.length === 4 && kernel.shape.length === 3;
    if (ranks && x.shape[3] === channels && height > 0 && width > 0) {
      return { dtype: x.dtype, shape: [x.shape[0], height, width, channels] };
    }
    throw mismatch(
      'The filters of a depthwise convolution do not fit its image.',
      `${formatType(x)} and filters ${formatType(kernel)}`,
      'one filter for each channel, no larger than the padded image',
    );
  },
  evaluate: ([x, kernel], window, { dtype, shape }) => {
    const result = ndarray(dtype, shape);
    visitProducts(x, kernel.shape, shape, window, (image, weight, to) => {
      result.data[to] += x.data[image] * kernel.data[weight];
    });
    return result;
  },
  vjp: (b, { gradient, inputs: [x, kernel], attributes, needed }) => [
    needed[0] ? depthwiseConv2dInputGradient(b, gradient, kernel, x.type.shape, attributes) : null,
    needed[1] ? depthwiseConv2dKernelGradient(b, x, gradient, kernel.type.shape, attributes) : null,
  ],
  // Every filter reads one channel only, so there is no matrix product in it.
  kernel: ([x, kernel], window) => ({
    kind: 'reduce',
    extents: kernel.type.shape.slice(0, 2),
    combine: 'sum',
    element: ([image, oy, ox, channel], [row, column]) => {
      const y = tappedExpression(window, 0, oy, row, x.type.shape[1]);
      const at = tappedExpression(window, 1, ox, column, x.type.shape[2]);
      const product = call(
        'mul',
        'f32',
        x.at([image, y.at, at.at, channel]),
        kernel.at([row, column, channel]),
      );
      return select(and(y.inside, at.inside), product, real(0));
    },
  }),
  flops: ([, kernel], _, { shape }) => 2 * size(shape) * size(kernel.shape.slice(0, 2)),
});
export default record;

export const depthwiseConv2d = (
  b: Builder,
  x: Value,
  kernel: Value,
  { stride, dilation, padding }: Window,
): Value => b.emit(record, [x, kernel], { stride, dilation, padding });

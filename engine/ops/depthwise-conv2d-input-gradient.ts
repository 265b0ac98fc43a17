import { ndarray } from '../core/ndarray.ts';
import { size, type Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { and, call, real, select } from '../kernel/scalar.ts';
import { depthwiseConv2dKernelGradient } from './depthwise-conv2d-kernel-gradient.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { visitProducts } from './depthwise.ts';
import { untappedExpression, type Window } from './window.ts';

type Attributes = Window & { readonly shape: Shape };

const record = defineOp<Attributes>({
  name: 'depthwise-conv2d-input-gradient',
  doc: 'Gradient of depthwise-conv2d with respect to its image, from the gradient of its result and the kernel.',
  infer: ([gradient], { shape }) => ({ dtype: gradient.dtype, shape }),
  evaluate: ([gradient, kernel], { shape, ...window }) => {
    const result = ndarray(gradient.dtype, shape);
    visitProducts(result, kernel.shape, gradient.shape, window, (image, weight, from) => {
      result.data[image] += gradient.data[from] * kernel.data[weight];
    });
    return result;
  },
  vjp: (b, { gradient: outer, inputs: [gradient, kernel], attributes, needed }) => [
    needed[0] ? depthwiseConv2d(b, outer, kernel, attributes) : null,
    needed[1] ? depthwiseConv2dKernelGradient(b, outer, gradient, kernel.type.shape, attributes) : null,
  ],
  kernel: ([gradient, kernel], window) => ({
    kind: 'reduce',
    extents: kernel.type.shape.slice(0, 2),
    combine: 'sum',
    element: ([image, y, x, channel], [row, column]) => {
      const oy = untappedExpression(window, 0, y, row, gradient.type.shape[1]);
      const ox = untappedExpression(window, 1, x, column, gradient.type.shape[2]);
      const arriving = gradient.at([image, oy.at, ox.at, channel]);
      const product = call('mul', 'f32', arriving, kernel.at([row, column, channel]));
      return select(and(oy.inside, ox.inside), product, real(0));
    },
  }),
  flops: ([gradient, kernel]) => 2 * size(gradient.shape) * size(kernel.shape.slice(0, 2)),
});
export default record;

/** `shape` is that of the image. */
export const depthwiseConv2dInputGradient = (
  b: Builder,
  gradient: Value,
  kernel: Value,
  shape: Shape,
  { stride, dilation, padding }: Window,
): Value => b.emit(record, [gradient, kernel], { stride, dilation, padding, shape });

import { ndarray } from '../core/ndarray.ts';
import { size, type Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { and, call, real, select } from '../kernel/scalar.ts';
import { depthwiseConv2dInputGradient } from './depthwise-conv2d-input-gradient.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { visitProducts } from './depthwise.ts';
import { tappedExpression, type Window } from './window.ts';

type Attributes = Window & { readonly shape: Shape };

const record = defineOp<Attributes>({
  name: 'depthwise-conv2d-kernel-gradient',
  doc: 'Gradient of depthwise-conv2d with respect to its kernel, from the image and the gradient of its result.',
  infer: ([x], { shape }) => ({ dtype: x.dtype, shape }),
  evaluate: ([x, gradient], { shape, ...window }) => {
    const result = ndarray(x.dtype, shape);
    visitProducts(x, shape, gradient.shape, window, (image, weight, from) => {
      result.data[weight] += x.data[image] * gradient.data[from];
    });
    return result;
  },
  vjp: (b, { gradient: outer, inputs: [x, gradient], attributes, needed }) => [
    needed[0] ? depthwiseConv2dInputGradient(b, gradient, outer, x.type.shape, attributes) : null,
    needed[1] ? depthwiseConv2d(b, x, outer, attributes) : null,
  ],
  kernel: ([x, gradient], window) => ({
    kind: 'reduce',
    extents: gradient.type.shape.slice(0, 3),
    combine: 'sum',
    element: ([row, column, channel], [image, oy, ox]) => {
      const y = tappedExpression(window, 0, oy, row, x.type.shape[1]);
      const at = tappedExpression(window, 1, ox, column, x.type.shape[2]);
      const arriving = gradient.at([image, oy, ox, channel]);
      const product = call('mul', 'f32', x.at([image, y.at, at.at, channel]), arriving);
      return select(and(y.inside, at.inside), product, real(0));
    },
  }),
  flops: ([, gradient], { shape }) => 2 * size(gradient.shape) * size(shape.slice(0, 2)),
});
export default record;

/** `shape` is that of the kernel. */
export const depthwiseConv2dKernelGradient = (
  b: Builder,
  x: Value,
  gradient: Value,
  shape: Shape,
  { stride, dilation, padding }: Window,
): Value => b.emit(record, [x, gradient], { stride, dilation, padding, shape });

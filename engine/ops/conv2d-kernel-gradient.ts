import { generate } from '../core/ndarray.ts';
import { size, type Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { and, real, select } from '../kernel/scalar.ts';
import { conv2dInputGradient } from './conv2d-input-gradient.ts';
import { conv2d } from './conv2d.ts';
import { tapped, tappedExpression, type Window } from './window.ts';

type Attributes = Window & { readonly shape: Shape };

const record = defineOp<Attributes>({
  name: 'conv2d-kernel-gradient',
  doc: 'Gradient of conv2d with respect to its kernel, from the image and the gradient of its result.',
  infer: ([x], { shape }) => ({ dtype: x.dtype, shape }),
  evaluate: ([x, gradient], { shape, ...window }) => {
    const [, height, width, channels] = x.shape;
    const [images, outputHeight, outputWidth, filters] = gradient.shape;
    return generate(x.dtype, shape, ([row, column, channel, filter]) => {
      let total = 0;
      for (let image = 0; image < images; image++)
        for (let oy = 0; oy < outputHeight; oy++) {
          const y = tapped(window, 0, oy, row);
          if (y < 0 || y >= height) continue;
          for (let ox = 0; ox < outputWidth; ox++) {
            const at = tapped(window, 1, ox, column);
            if (at < 0 || at >= width) continue;
            total +=
              x.data[((image * height + y) * width + at) * channels + channel] *
              gradient.data[((image * outputHeight + oy) * outputWidth + ox) * filters + filter];
          }
        }
      return total;
    });
  },
  vjp: (b, { gradient: outer, inputs: [x, gradient], attributes, needed }) => [
    needed[0] ? conv2dInputGradient(b, gradient, outer, x.type.shape, attributes) : null,
    needed[1] ? conv2d(b, x, outer, attributes) : null,
  ],
  kernel: ([x, gradient], window) => ({
    kind: 'contract',
    axes: ['row', 'row', 'row', 'column'],
    extents: gradient.type.shape.slice(0, 3),
    left: ([row, column, channel], [image, oy, ox]) => {
      const [, height, width] = x.type.shape;
      const y = tappedExpression(window, 0, oy, row, height);
      const at = tappedExpression(window, 1, ox, column, width);
      return select(and(y.inside, at.inside), x.at([image, y.at, at.at, channel]), real(0));
    },
    right: (index, contracted) => gradient.at([...contracted, index[3]]),
  }),
  flops: ([, gradient], { shape }) => 2 * size(gradient.shape) * size(shape.slice(0, 3)),
});
export default record;

/** `shape` is that of the kernel. */
export const conv2dKernelGradient = (
  b: Builder,
  x: Value,
  gradient: Value,
  shape: Shape,
  { stride, dilation, padding }: Window,
): Value => b.emit(record, [x, gradient], { stride, dilation, padding, shape });

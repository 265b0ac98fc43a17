import { ndarray } from '../core/ndarray.ts';
import { size, type Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { and, real, select } from '../kernel/scalar.ts';
import { conv2dKernelGradient } from './conv2d-kernel-gradient.ts';
import { conv2d } from './conv2d.ts';
import { tapped, untappedExpression, type Window } from './window.ts';

type Attributes = Window & { readonly shape: Shape };

const record = defineOp<Attributes>({
  name: 'conv2d-input-gradient',
  doc: 'Gradient of conv2d with respect to its image, from the gradient of its result and the kernel.',
  infer: ([gradient], { shape }) => ({ dtype: gradient.dtype, shape }),
  evaluate: ([gradient, kernel], { shape, ...window }) => {
    const result = ndarray(gradient.dtype, shape);
    const [images, outputHeight, outputWidth, filters] = gradient.shape;
    const [, height, width, channels] = shape;
    const [rows, columns] = kernel.shape;
    for (let image = 0; image < images; image++)
      for (let oy = 0; oy < outputHeight; oy++)
        for (let ox = 0; ox < outputWidth; ox++)
          for (let row = 0; row < rows; row++)
            for (let column = 0; column < columns; column++) {
              const y = tapped(window, 0, oy, row);
              const x = tapped(window, 1, ox, column);
              if (y < 0 || y >= height || x < 0 || x >= width) continue;
              const to = ((image * height + y) * width + x) * channels;
              const from = ((image * outputHeight + oy) * outputWidth + ox) * filters;
              const weights = (row * columns + column) * channels;
              for (let channel = 0; channel < channels; channel++)
                for (let filter = 0; filter < filters; filter++)
                  result.data[to + channel] +=
                    gradient.data[from + filter] * kernel.data[(weights + channel) * filters + filter];
            }
    return result;
  },
  vjp: (b, { gradient: outer, inputs: [gradient, kernel], attributes, needed }) => [
    needed[0] ? conv2d(b, outer, kernel, attributes) : null,
    needed[1] ? conv2dKernelGradient(b, outer, gradient, kernel.type.shape, attributes) : null,
  ],
  kernel: ([gradient, kernel], window) => {
    const [rows, columns, , filters] = kernel.type.shape;
    const [, outputHeight, outputWidth] = gradient.type.shape;
    return {
      kind: 'contract',
      axes: ['row', 'row', 'row', 'column'],
      extents: [rows, columns, filters],
      left: ([image, y, x], [row, column, filter]) => {
        const oy = untappedExpression(window, 0, y, row, outputHeight);
        const ox = untappedExpression(window, 1, x, column, outputWidth);
        return select(and(oy.inside, ox.inside), gradient.at([image, oy.at, ox.at, filter]), real(0));
      },
      right: (index, [row, column, filter]) => kernel.at([row, column, index[3], filter]),
    };
  },
  flops: ([gradient, kernel]) => 2 * size(gradient.shape) * size(kernel.shape.slice(0, 3)),
});
export default record;

/** `shape` is that of the image. */
export const conv2dInputGradient = (
  b: Builder,
  gradient: Value,
  kernel: Value,
  shape: Shape,
  { stride, dilation, padding }: Window,
): Value => b.emit(record, [gradient, kernel], { stride, dilation, padding, shape });

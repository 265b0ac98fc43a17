import { generate } from '../core/ndarray.ts';
import { size } from '../core/shape.ts';
import { formatType } from '../core/tensor.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { and, real, select } from '../kernel/scalar.ts';
import { conv2dInputGradient } from './conv2d-input-gradient.ts';
import { conv2dKernelGradient } from './conv2d-kernel-gradient.ts';
import { tapped, tappedExpression, windowExtents, type Window } from './window.ts';
import { mismatch } from './mismatch.ts';

const record = defineOp<Window>({
  name: 'conv2d',
  doc:
    'Cross-correlation of images [batch, height, width, channels] with a kernel [rows, columns, channels, filters]; ' +
    'what lies outside of the image is 0.',
  infer: ([x, kernel], window) => {
    const [rows, columns, channels, filters] = kernel.shape;
    const [height, width] = windowExtents(x.shape.slice(1, 3), [rows, columns], window);
    if (x.shape.length === 4 && x.shape[3] === channels && height > 0 && width > 0) {
      return { dtype: x.dtype, shape: [x.shape[0], height, width, filters] };
    }
    throw mismatch(
      'A convolution kernel does not fit its image.',
      `${formatType(x)} and kernel ${formatType(kernel)}`,
      'equal channels and a kernel no larger than the padded image',
    );
  },
  evaluate: ([x, kernel], window, { dtype, shape }) => {
    const [, height, width, channels] = x.shape;
    const [rows, columns, , filters] = kernel.shape;
    return generate(dtype, shape, ([image, oy, ox, filter]) => {
      let total = 0;
      for (let row = 0; row < rows; row++) {
        const y = tapped(window, 0, oy, row);
        if (y < 0 || y >= height) continue;
        for (let column = 0; column < columns; column++) {
          const at = tapped(window, 1, ox, column);
          if (at < 0 || at >= width) continue;
          const from = ((image * height + y) * width + at) * channels;
          const weights = (row * columns + column) * channels;
          for (let channel = 0; channel < channels; channel++) {
            total += x.data[from + channel] * kernel.data[(weights + channel) * filters + filter];
          }
        }
      }
      return total;
    });
  },
  vjp: (b, { gradient, inputs: [x, kernel], attributes, needed }) => [
    needed[0] ? conv2dInputGradient(b, gradient, kernel, x.type.shape, attributes) : null,
    needed[1] ? conv2dKernelGradient(b, x, gradient, kernel.type.shape, attributes) : null,
  ],
  kernel: ([x, kernel], window) => ({
    kind: 'contract',
    axes: ['row', 'row', 'row', 'column'],
    extents: kernel.type.shape.slice(0, 3),
    left: ([image, oy, ox], [row, column, channel]) => {
      const [, height, width] = x.type.shape;
      const y = tappedExpression(window, 0, oy, row, height);
      const at = tappedExpression(window, 1, ox, column, width);
      return select(and(y.inside, at.inside), x.at([image, y.at, at.at, channel]), real(0));
    },
    right: (index, contracted) => kernel.at([...contracted, index[3]]),
  }),
  flops: ([, kernel], _, { shape }) => 2 * size(shape) * size(kernel.shape.slice(0, 3)),
});
export default record;

export const conv2d = (b: Builder, x: Value, kernel: Value, { stride, dilation, padding }: Window): Value =>
  b.emit(record, [x, kernel], { stride, dilation, padding });

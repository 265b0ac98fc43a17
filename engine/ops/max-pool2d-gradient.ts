import { ndarray } from '../core/ndarray.ts';
import { size as sizeOf, type Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { add, mul } from '../kernel/arithmetic.ts';
import { and, equal, real, select, whole } from '../kernel/scalar.ts';
import { coverage, covering, windowElements, type Pooling } from './pooling.ts';

type Attributes = Pooling & { readonly shape: Shape };

const record = defineOp<Attributes>({
  name: 'max-pool2d-gradient',
  doc: 'Gradient of max-pool2d: each element sums the gradients of the windows whose first maximum it is.',
  infer: ([, gradient], { shape }) => ({ dtype: gradient.dtype, shape }),
  evaluate: ([index, gradient], { shape, ...pooling }) => {
    const result = ndarray(gradient.dtype, shape);
    const [images, height, width, channels] = gradient.shape;
    let from = 0;
    for (let image = 0; image < images; image++)
      for (let oy = 0; oy < height; oy++)
        for (let ox = 0; ox < width; ox++)
          for (let channel = 0; channel < channels; channel++, from++) {
            const elements = windowElements(result, pooling, [image, oy, ox, channel]);
            const chosen = elements.find(({ tap }) => tap === index.data[from])!;
            result.data[chosen.at] += gradient.data[from];
          }
    return result;
  },
  kernel: ([index, gradient], pooling) => ({
    kind: 'reduce',
    extents: coverage(pooling),
    combine: 'sum',
    element: ([image, y, x, channel], [nthRow, nthColumn]) => {
      const row = covering(pooling, 0, y, nthRow, gradient.type.shape[1]);
      const column = covering(pooling, 1, x, nthColumn, gradient.type.shape[2]);
      const window = [image, row.at, column.at, channel];
      const tap = add(mul(row.tap, whole(pooling.size[1])), column.tap);
      const chosen = and(row.inside, column.inside, equal(index.at(window), tap));
      return select(chosen, gradient.at(window), real(0));
    },
  }),
  flops: (_, pooling, { shape }) => sizeOf(shape) * sizeOf(coverage(pooling)),
});
export default record;

/** `shape` is that of the image. */
export const maxPool2dGradient = (
  b: Builder,
  index: Value,
  gradient: Value,
  shape: Shape,
  { size, stride, dilation, padding }: Pooling,
): Value => b.emit(record, [index, gradient], { size, stride, dilation, padding, shape });

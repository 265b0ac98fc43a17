import { ndarray } from '../core/ndarray.ts';
import { size as sizeOf, type Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { and, real, select } from '../kernel/scalar.ts';
import { coverage, covering, windowElements, type Pooling } from './pooling.ts';
import { sumPool2d } from './sum-pool2d.ts';

type Attributes = Pooling & { readonly shape: Shape };

const record = defineOp<Attributes>({
  name: 'sum-pool2d-gradient',
  doc: 'Gradient of sum-pool2d: each element sums the gradients of the windows that cover it.',
  infer: ([gradient], { shape }) => ({ dtype: gradient.dtype, shape }),
  evaluate: ([gradient], { shape, ...pooling }) => {
    const result = ndarray(gradient.dtype, shape);
    const [images, height, width, channels] = gradient.shape;
    let from = 0;
    for (let image = 0; image < images; image++)
      for (let oy = 0; oy < height; oy++)
        for (let ox = 0; ox < width; ox++)
          for (let channel = 0; channel < channels; channel++, from++)
            for (const { at } of windowElements(result, pooling, [image, oy, ox, channel]))
              result.data[at] += gradient.data[from];
    return result;
  },
  vjp: (b, { gradient: outer, attributes }) => [sumPool2d(b, outer, attributes)],
  kernel: ([gradient], pooling) => ({
    kind: 'reduce',
    extents: coverage(pooling),
    combine: 'sum',
    element: ([image, y, x, channel], [nthRow, nthColumn]) => {
      const row = covering(pooling, 0, y, nthRow, gradient.type.shape[1]);
      const column = covering(pooling, 1, x, nthColumn, gradient.type.shape[2]);
      return select(
        and(row.inside, column.inside),
        gradient.at([image, row.at, column.at, channel]),
        real(0),
      );
    },
  }),
  flops: (_, pooling, { shape }) => sizeOf(shape) * sizeOf(coverage(pooling)),
});
export default record;

/** `shape` is that of the image. */
export const sumPool2dGradient = (
  b: Builder,
  gradient: Value,
  shape: Shape,
  { size, stride, dilation, padding }: Pooling,
): Value => b.emit(record, [gradient], { size, stride, dilation, padding, shape });

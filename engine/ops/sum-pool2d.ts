import { generate } from '../core/ndarray.ts';
import { size as sizeOf } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { sumPool2dGradient } from './sum-pool2d-gradient.ts';
import { fill } from './constant.ts';
import { div } from './div.ts';
import { pooledType, windowElements, windowKernel, type Pooling } from './pooling.ts';

const record = defineOp<Pooling>({
  name: 'sum-pool2d',
  doc: 'Sum of each window; the padding counts as 0.',
  infer: ([x], pooling) => pooledType(x, pooling),
  evaluate: ([x], pooling, { dtype, shape }) =>
    generate(dtype, shape, (index) =>
      windowElements(x, pooling, index).reduce((total, { at }) => total + x.data[at], 0),
    ),
  vjp: (b, { gradient, inputs: [x], attributes }) => [
    sumPool2dGradient(b, gradient, x.type.shape, attributes),
  ],
  kernel: ([x], pooling) => windowKernel(x, pooling, 'sum', 0),
  flops: (_, { size }, { shape }) => sizeOf(shape) * size[0] * size[1],
});
export default record;

export const sumPool2d = (b: Builder, x: Value, { size, stride, dilation, padding }: Pooling): Value =>
  b.emit(record, [x], { size, stride, dilation, padding });

/** Mean of each window over the elements that lie inside of the image. */
export const avgPool2d = (b: Builder, x: Value, pooling: Pooling): Value =>
  div(b, sumPool2d(b, x, pooling), sumPool2d(b, fill(b, 1, [1, ...x.type.shape.slice(1, 3), 1]), pooling));

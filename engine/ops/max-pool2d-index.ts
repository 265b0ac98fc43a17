import { generate } from '../core/ndarray.ts';
import { size as sizeOf } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { LOWEST, pooledType, windowElements, windowKernel, type Pooling } from './pooling.ts';

const record = defineOp<Pooling>({
  name: 'max-pool2d-index',
  doc: 'Which tap of each window holds its first maximum, counted row by row.',
  infer: ([x], pooling) => ({ dtype: 'i32', shape: pooledType(x, pooling).shape }),
  evaluate: ([x], pooling, { dtype, shape }) =>
    generate(dtype, shape, (index) => {
      const elements = windowElements(x, pooling, index);
      return elements.reduce((best, next) => (x.data[next.at] > x.data[best.at] ? next : best)).tap;
    }),
  kernel: ([x], pooling) => windowKernel(x, pooling, 'argmax', LOWEST),
  flops: (_, { size }, { shape }) => sizeOf(shape) * size[0] * size[1],
});
export default record;

export const maxPool2dIndex = (b: Builder, x: Value, pooling: Pooling): Value => b.emit(record, [x], pooling);

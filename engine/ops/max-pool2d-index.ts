import { generate } from '../core/ndarray.ts';
import { size as sizeOf } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { and, real, select } from '../kernel/scalar.ts';
import { LOWEST } from './max-pool2d.ts';
import { pooledType, windowElements, type Pooling } from './pooling.ts';
import { tappedExpression } from './window.ts';

const record = defineOp<Pooling>({
  name: 'max-pool2d-index',
  doc: 'Which tap of each window holds its first maximum, counted row by row.',
  infer: ([x], pooling) => ({ dtype: 'i32', shape: pooledType(x, pooling).shape }),
  evaluate: ([x], pooling, { dtype, shape }) =>
    generate(dtype, shape, (index) => {
      const elements = windowElements(x, pooling, index);
      return elements.reduce((best, next) => (x.data[next.at] > x.data[best.at] ? next : best)).tap;
    }),
  kernel: ([x], pooling) => ({
    kind: 'reduce',
    extents: pooling.size,
    combine: 'argmax',
    element: ([image, oy, ox, channel], [row, column]) => {
      const y = tappedExpression(pooling, 0, oy, row, x.type.shape[1]);
      const at = tappedExpression(pooling, 1, ox, column, x.type.shape[2]);
      return select(and(y.inside, at.inside), x.at([image, y.at, at.at, channel]), real(LOWEST));
    },
  }),
  flops: (_, { size }, { shape }) => sizeOf(shape) * size[0] * size[1],
});
export default record;

export const maxPool2dIndex = (b: Builder, x: Value, pooling: Pooling): Value => b.emit(record, [x], pooling);

import { generate } from '../core/ndarray.ts';
import { size as sizeOf } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { maxPool2dGradient } from './max-pool2d-gradient.ts';
import { maxPool2dIndex } from './max-pool2d-index.ts';
import { LOWEST, pooledType, windowElements, windowKernel, type Pooling } from './pooling.ts';

const record = defineOp<Pooling>({
  name: 'max-pool2d',
  doc: 'Maximum of each window; the padding does not count. The first maximum of a window gets the gradient.',
  infer: ([x], pooling) => pooledType(x, pooling),
  evaluate: ([x], pooling, { dtype, shape }) =>
    generate(dtype, shape, (index) =>
      Math.max(...windowElements(x, pooling, index).map(({ at }) => x.data[at])),
    ),
  vjp: (b, { gradient, inputs: [x], attributes }) => [
    maxPool2dGradient(b, maxPool2dIndex(b, x, attributes), gradient, x.type.shape, attributes),
  ],
  kernel: ([x], pooling) => windowKernel(x, pooling, 'max', LOWEST),
  flops: (_, { size }, { shape }) => sizeOf(shape) * size[0] * size[1],
});
export default record;

export const maxPool2d = (b: Builder, x: Value, { size, stride, dilation, padding }: Pooling): Value =>
  b.emit(record, [x], { size, stride, dilation, padding });

import { ndarray } from '../core/ndarray.ts';
import { sameShape, size, type Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { reindex } from '../kernel/rewrite.ts';
import { mismatch } from './mismatch.ts';

type Attributes = { readonly shape: Shape };

const record = defineOp<Attributes>({
  name: 'reshape',
  doc: 'The same elements in the same row-major order under another shape.',
  infer: ([x], { shape }) => {
    if (size(x.shape) === size(shape)) return { dtype: x.dtype, shape };
    throw mismatch(
      'A reshape must keep the number of elements.',
      `[${x.shape.join(', ')}], ${size(x.shape)} elements`,
      `[${shape.join(', ')}], ${size(shape)} elements`,
    );
  },
  evaluate: ([x], { shape }) => ndarray(x.dtype, shape, x.data),
  vjp: (b, { gradient, inputs: [x] }) => [reshape(b, gradient, x.type.shape)],
  kernel: ([x], { shape }) => ({
    kind: 'map',
    element: (index) => x.at(reindex(index, shape, x.type.shape)),
  }),
  flops: () => 0,
});
export default record;

export const reshape = (b: Builder, x: Value, shape: Shape): Value =>
  sameShape(x.type.shape, shape) ? x : b.emit(record, [x], { shape });

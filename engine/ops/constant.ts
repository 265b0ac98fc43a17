import type { DType } from '../core/dtype.ts';
import { generate } from '../core/ndarray.ts';
import type { Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { constant } from '../kernel/arithmetic.ts';

type Attributes = { readonly value: number; readonly dtype: DType; readonly shape: Shape };

const record = defineOp<Attributes>({
  name: 'constant',
  doc: 'One number at every index.',
  infer: (_, { dtype, shape }) => ({ dtype, shape }),
  evaluate: (_, { value, dtype, shape }) => generate(dtype, shape, () => value),
  kernel: (_, { value, dtype }) => ({ kind: 'map', element: () => constant(dtype, value) }),
  flops: () => 0,
});
export default record;

export const fill = (b: Builder, value: number, shape: Shape, dtype: DType = 'f32'): Value =>
  b.emit(record, [], { value, dtype, shape });

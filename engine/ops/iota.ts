import { generate } from '../core/ndarray.ts';
import type { Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';

type Attributes = { readonly shape: Shape; readonly axis: number };

const record = defineOp<Attributes>({
  name: 'iota',
  doc: 'Each element is its own index along one axis.',
  infer: (_, { shape }) => ({ dtype: 'i32', shape }),
  evaluate: (_, { shape, axis }) => generate('i32', shape, (index) => index[axis]),
  kernel: (_, { axis }) => ({ kind: 'map', element: (index) => index[axis] }),
  flops: () => 0,
});
export default record;

export const iota = (b: Builder, shape: Shape, axis: number): Value => b.emit(record, [], { shape, axis });

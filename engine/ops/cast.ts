import type { DType } from '../core/dtype.ts';
import { ndarray } from '../core/ndarray.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { cast as castExpression } from '../kernel/scalar.ts';

type Attributes = { readonly dtype: DType };

const record = defineOp<Attributes>({
  name: 'cast',
  doc: 'The same values as another element type; real numbers are truncated towards zero.',
  infer: ([x], { dtype }) => ({ dtype, shape: x.shape }),
  evaluate: ([x], { dtype }) =>
    ndarray(
      dtype,
      x.shape,
      x.data.map((value) =>
        dtype === 'f32' ? value : dtype === 'bool' ? Number(value !== 0) : Math.trunc(value),
      ),
    ),
  kernel: ([x], { dtype }) => ({ kind: 'map', element: (index) => castExpression(x.at(index), dtype) }),
  flops: () => 0,
});
export default record;

/** No gradient flows through it. */
export const cast = (b: Builder, x: Value, dtype: DType): Value =>
  x.type.dtype === dtype ? x : b.emit(record, [x], { dtype });

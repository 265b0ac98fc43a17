import { ndarray } from '../core/ndarray.ts';
import { size, type Shape } from '../core/shape.ts';
import { formatType } from '../core/tensor.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { reindex } from '../kernel/rewrite.ts';
import { call, cast } from '../kernel/scalar.ts';
import { mismatch } from './mismatch.ts';

type Attributes = { readonly shape: Shape };

const record = defineOp<Attributes>({
  name: 'unpack-halves',
  doc: 'The real numbers that pack-halves packed, in their shape.',
  infer: ([x], { shape }) => {
    if (x.dtype === 'u32' && 2 * size(x.shape) === size(shape)) return { dtype: 'f32', shape };
    throw mismatch(
      'These words do not hold the numbers of this shape.',
      formatType(x),
      `u32[${size(shape) / 2}]`,
    );
  },
  evaluate: ([x], { shape }) => ndarray('f32', shape, new Float16Array(Uint32Array.from(x.data).buffer)),
  kernel: ([x], { shape }) => ({
    kind: 'map',
    element: (index) => {
      const [word, odd] = reindex(index, shape, [size(shape) / 2, 2]);
      return call('half-value', 'f32', x.at([word]), cast(odd, 'u32'));
    },
  }),
  flops: () => 0,
});
export default record;

/** No gradient flows through it. */
export const unpackHalves = (b: Builder, x: Value, shape: Shape): Value => b.emit(record, [x], { shape });

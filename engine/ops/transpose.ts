import { elementAt, generate } from '../core/ndarray.ts';
import { formatType } from '../core/tensor.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { mismatch } from './mismatch.ts';

/** `permutation[i]`: axis of the input that becomes axis i of the result. */
type Attributes = { readonly permutation: readonly number[] };

const record = defineOp<Attributes>({
  name: 'transpose',
  doc: 'Reorders axes.',
  infer: ([x], { permutation }) => {
    const complete = x.shape.every((_, axis) => permutation.includes(axis));
    if (complete && permutation.length === x.shape.length) {
      return { dtype: x.dtype, shape: permutation.map((axis) => x.shape[axis]) };
    }
    throw mismatch(
      'A transposition must name each axis once.',
      `${permutation.join(', ')} for ${formatType(x)}`,
      `${x.shape.length} different axes`,
    );
  },
  evaluate: ([x], { permutation }, { shape }) =>
    generate(x.dtype, shape, (index) =>
      elementAt(
        x,
        inverse(permutation).map((axis) => index[axis]),
      ),
    ),
  vjp: (b, { gradient, attributes: { permutation } }) => [transpose(b, gradient, inverse(permutation))],
  kernel: ([x], { permutation }) => ({
    kind: 'map',
    element: (index) => x.at(inverse(permutation).map((axis) => index[axis])),
  }),
  flops: () => 0,
});
export default record;

export const transpose = (b: Builder, x: Value, permutation: readonly number[]): Value =>
  permutation.every((axis, at) => axis === at) ? x : b.emit(record, [x], { permutation });

function inverse(permutation: readonly number[]): number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}

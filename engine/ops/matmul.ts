import { elementAt, generate } from '../core/ndarray.ts';
import { sameShape, size } from '../core/shape.ts';
import { formatType } from '../core/tensor.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { mismatch } from './mismatch.ts';

/** A transposed operand is stored with its last two axes swapped; nothing is moved. */
type Attributes = { readonly transposeLeft: boolean; readonly transposeRight: boolean };

/** [row, column] as they are stored. */
const ordered = <T>(row: T, column: T, transposed: boolean): [T, T] =>
  transposed ? [column, row] : [row, column];

const record = defineOp<Attributes>({
  name: 'matmul',
  doc: 'y[…, m, n] = Σₖ left[…, m, k] · right[…, k, n], with equal leading axes.',
  infer: ([left, right], { transposeLeft, transposeRight }) => {
    const [m, k] = ordered(...(left.shape.slice(-2) as [number, number]), transposeLeft);
    const [k2, n] = ordered(...(right.shape.slice(-2) as [number, number]), transposeRight);
    const batch = left.shape.slice(0, -2);
    const fits = k === k2 && left.shape.length >= 2 && sameShape(batch, right.shape.slice(0, -2));
    if (fits && left.dtype === right.dtype) {
      return { dtype: left.dtype, shape: [...batch, m, n] };
    }
    throw mismatch(
      'These tensors cannot be multiplied as matrices.',
      `${formatType(left)} and ${formatType(right)}`,
      'equal element types, inner extents and leading axes',
    );
  },
  evaluate: ([left, right], { transposeLeft, transposeRight }, { dtype, shape }) => {
    const inner = left.shape.at(transposeLeft ? -2 : -1)!;
    return generate(dtype, shape, (index) => {
      const batch = index.slice(0, -2);
      const [m, n] = index.slice(-2);
      let total = 0;
      for (let k = 0; k < inner; k++) {
        const a = elementAt(left, [...batch, ...ordered(m, k, transposeLeft)]);
        total += a * elementAt(right, [...batch, ...ordered(k, n, transposeRight)]);
      }
      return total;
    });
  },
  vjp: (b, { gradient, inputs: [left, right], attributes: { transposeLeft, transposeRight }, needed }) => [
    !needed[0]
      ? null
      : transposeLeft
        ? matmul(b, right, gradient, { transposeLeft: transposeRight, transposeRight: true })
        : matmul(b, gradient, right, { transposeRight: !transposeRight }),
    !needed[1]
      ? null
      : transposeRight
        ? matmul(b, gradient, left, { transposeLeft: true, transposeRight: transposeLeft })
        : matmul(b, left, gradient, { transposeLeft: !transposeLeft }),
  ],
  kernel: ([left, right], { transposeLeft, transposeRight }, { shape }) => ({
    kind: 'contract',
    axes: shape.map((_, axis) =>
      axis < shape.length - 2 ? 'batch' : axis === shape.length - 2 ? 'row' : 'column',
    ),
    extents: [left.type.shape.at(transposeLeft ? -2 : -1)!],
    left: (index, [k]) => left.at([...index.slice(0, -2), ...ordered(index.at(-2)!, k, transposeLeft)]),
    right: (index, [k]) => right.at([...index.slice(0, -2), ...ordered(k, index.at(-1)!, transposeRight)]),
  }),
  flops: ([left], { transposeLeft }, { shape }) => 2 * size(shape) * left.shape.at(transposeLeft ? -2 : -1)!,
});
export default record;

export const matmul = (
  b: Builder,
  left: Value,
  right: Value,
  { transposeLeft = false, transposeRight = false }: Partial<Attributes> = {},
): Value => b.emit(record, [left, right], { transposeLeft, transposeRight });

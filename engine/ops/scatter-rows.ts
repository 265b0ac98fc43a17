import { ndarray, position } from '../core/ndarray.ts';
import { size } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { cast as converted, equal, real, select } from '../kernel/scalar.ts';
import { cast } from './cast.ts';
import { gather } from './gather.ts';
import { reshape } from './reshape.ts';
import { ascending, countsBelow } from './sort.ts';
import { sumSegments } from './sum-segments.ts';

type Attributes = { readonly rows: number };

const record = defineOp<Attributes>({
  name: 'scatter-rows',
  doc: 'The transpose of gather: y[r, j…] = Σ over all i… with indices[i…] = r of x[i…, j…]. Summed in order, so it is deterministic.',
  infer: ([x, indices], { rows }) => ({
    dtype: x.dtype,
    shape: [rows, ...x.shape.slice(indices.shape.length)],
  }),
  evaluate: ([x, indices], _, { dtype, shape }) => {
    const result = ndarray(dtype, shape);
    const width = size(shape.slice(1));
    indices.data.forEach((row, from) => {
      for (let at = 0; at < width; at++) {
        result.data[position([shape[0], width], [row, at])] += x.data[from * width + at];
      }
    });
    return result;
  },
  vjp: (b, { gradient, inputs: [, indices] }) => [gather(b, gradient, indices), null],
  kernel: ([x, indices], _, { shape }) => ({
    kind: 'contract',
    axes: shape.map((__, axis) => (axis === 0 ? 'row' : 'column')),
    extents: indices.type.shape,
    left: ([row], contracted) =>
      select(equal(converted(indices.at(contracted), 'i32'), row), real(1), real(0)),
    right: ([, ...rest], contracted) => x.at([...contracted, ...rest]),
  }),
  flops: ([x], { rows }) => 2 * rows * size(x.shape),
});
export default record;

/** Multiplications per index up to which the sum over all indices for all rows is faster than sorting them. */
const DENSE = 16_384;
/** Fewer indices are not worth sorting. */
const FEW = 64;

/**
 * The transpose of gather. Where there are many rows, the indices are sorted first and each row sums up its own: what that takes
 * grows with the indices and not with rows times indices.
 */
export function scatterRows(b: Builder, x: Value, indices: Value, rows: number): Value {
  const count = size(indices.type.shape);
  const rest = x.type.shape.slice(indices.type.shape.length);
  if (count < FEW || rows * size(rest) <= DENSE) return b.emit(record, [x, indices], { rows });
  const keys = cast(b, reshape(b, indices, [count]), 'i32');
  const order = ascending(b, keys);
  const starts = countsBelow(b, gather(b, keys, order), rows);
  return sumSegments(b, gather(b, reshape(b, x, [count, ...rest]), order), starts);
}

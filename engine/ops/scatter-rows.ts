import { ndarray, position } from '../core/ndarray.ts';
import { size } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { cast, equal, real, select } from '../kernel/scalar.ts';
import { gather } from './gather.ts';

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
    left: ([row], contracted) => select(equal(cast(indices.at(contracted), 'i32'), row), real(1), real(0)),
    right: ([, ...rest], contracted) => x.at([...contracted, ...rest]),
  }),
  flops: ([x], { rows }) => 2 * rows * size(x.shape),
});
export default record;

export const scatterRows = (b: Builder, x: Value, indices: Value, rows: number): Value =>
  b.emit(record, [x, indices], { rows });

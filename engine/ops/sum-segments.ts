import { elementAt, ndarray, position } from '../core/ndarray.ts';
import { size } from '../core/shape.ts';
import { formatType } from '../core/tensor.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { add, min } from '../kernel/arithmetic.ts';
import { call, whole } from '../kernel/scalar.ts';
import { cast } from './cast.ts';
import type { NoAttributes } from './elementwise.ts';
import { gather } from './gather.ts';
import { iota } from './iota.ts';
import { broadcast } from './broadcast.ts';
import { less } from './less.ts';
import { mismatch } from './mismatch.ts';
import { not } from './not.ts';
import { sum } from './reduce-sum.ts';
import { sub } from './sub.ts';

const record = defineOp<NoAttributes>({
  name: 'sum-segments',
  doc: 'Sums of neighbouring rows: y[s, j…] = Σ over starts[s] ≤ p < starts[s + 1] of x[p, j…]. Starts are i32, ascending, within the rows.',
  infer: ([x, starts]) => {
    if (x.shape.length > 0 && starts.dtype === 'i32' && starts.shape.length === 1 && starts.shape[0] > 0) {
      return { dtype: x.dtype, shape: [starts.shape[0] - 1, ...x.shape.slice(1)] };
    }
    throw mismatch(
      'These rows cannot be summed by segments.',
      `${formatType(x)} by ${formatType(starts)}`,
      'rows, and i32 starts of segments',
    );
  },
  evaluate: ([x, starts], _, { dtype, shape }) => {
    const result = ndarray(dtype, shape);
    const width = size(shape.slice(1));
    for (let segment = 0; segment < shape[0]; segment++) {
      for (let row = elementAt(starts, [segment]); row < elementAt(starts, [segment + 1]); row++)
        for (let at = 0; at < width; at++)
          result.data[position([shape[0], width], [segment, at])] += x.data[row * width + at];
    }
    return result;
  },
  /** A row goes into the last segment that starts at it or before. */
  vjp: (b, { gradient, inputs: [x, starts] }) => {
    const square = [x.type.shape[0], starts.type.shape[0]];
    const behind = less(b, iota(b, square, 0), broadcast(b, starts, square, [1]));
    return [gather(b, gradient, sub(b, sum(b, cast(b, not(b, behind), 'i32'), [1]), 1)), null];
  },
  kernel: ([x, starts]) => ({
    kind: 'reduce',
    combine: 'sum',
    extents: [x.type.shape[0]],
    range: ([segment]) => [
      call('max', 'i32', starts.at([segment]), whole(0)),
      min(starts.at([add(segment, whole(1))]), whole(x.type.shape[0])),
    ],
    element: ([, ...rest], [row]) => x.at([row, ...rest]),
  }),
  flops: ([x]) => size(x.shape),
});
export default record;

export const sumSegments = (b: Builder, x: Value, starts: Value): Value => b.emit(record, [x, starts], {});

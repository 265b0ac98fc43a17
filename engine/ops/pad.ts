import { elementAt, generate } from '../core/ndarray.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { add, constant, div, mod } from '../kernel/arithmetic.ts';
import { and, equal, select, whole, within } from '../kernel/scalar.ts';
import { slice } from './slice.ts';

type Attributes = {
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Elements between two neighbours of the input. */
  readonly interior: readonly number[];
  readonly value: number;
};

const record = defineOp<Attributes>({
  name: 'pad',
  doc: 'Puts a constant before, behind and between the elements of each axis.',
  infer: ([x], { low, high, interior }) => ({
    dtype: x.dtype,
    shape: x.shape.map((extent, axis) => low[axis] + high[axis] + extent + (extent - 1) * interior[axis]),
  }),
  evaluate: ([x], { low, interior, value }, { shape }) =>
    generate(x.dtype, shape, (index) => {
      const source = index.map((at, axis) => (at - low[axis]) / (interior[axis] + 1));
      const inside = source.every((at, axis) => Number.isInteger(at) && at >= 0 && at < x.shape[axis]);
      return inside ? elementAt(x, source) : value;
    }),
  vjp: (b, { gradient, inputs: [x], attributes: { low, interior } }) => {
    const steps = interior.map((count) => count + 1);
    const limits = x.type.shape.map((extent, axis) => low[axis] + (extent - 1) * steps[axis] + 1);
    return [slice(b, gradient, low, limits, steps)];
  },
  kernel: ([x], { low, interior, value }) => ({
    kind: 'map',
    element: (index) => {
      const moved = index.map((at, axis) => add(at, whole(-low[axis])));
      const source = moved.map((at, axis) => div(at, whole(interior[axis] + 1)));
      const inside = moved.map((at, axis) =>
        and(
          within(at, (x.type.shape[axis] - 1) * (interior[axis] + 1) + 1),
          equal(mod(at, whole(interior[axis] + 1)), whole(0)),
        ),
      );
      return select(and(...inside), x.at(source), constant(x.type.dtype, value));
    },
  }),
  flops: () => 0,
});
export default record;

export const pad = (
  b: Builder,
  x: Value,
  low: readonly number[],
  high: readonly number[],
  interior: readonly number[] = low.map(() => 0),
  value = 0,
): Value => b.emit(record, [x], { low, high, interior, value });

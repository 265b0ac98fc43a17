import { elementAt, generate } from '../core/ndarray.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { add, mul } from '../kernel/arithmetic.ts';
import { whole } from '../kernel/scalar.ts';
import { pad } from './pad.ts';
import { mismatch } from './mismatch.ts';

type Attributes = {
  readonly starts: readonly number[];
  /** First index that is left out, per axis. */
  readonly limits: readonly number[];
  readonly strides: readonly number[];
};

const record = defineOp<Attributes>({
  name: 'slice',
  doc: 'Elements start, start + stride, … below the limit, on every axis.',
  infer: ([x], { starts, limits, strides }) => {
    const inside = x.shape.every(
      (extent, axis) => starts[axis] >= 0 && limits[axis] <= extent && starts[axis] < limits[axis],
    );
    if (inside) {
      return {
        dtype: x.dtype,
        shape: starts.map((start, axis) => Math.ceil((limits[axis] - start) / strides[axis])),
      };
    }
    throw mismatch(
      'A slice reaches outside of its tensor, or is empty.',
      `[${starts.join(', ')}] to [${limits.join(', ')}]`,
      `within [${x.shape.join(', ')}]`,
    );
  },
  evaluate: ([x], { starts, strides }, { shape }) =>
    generate(x.dtype, shape, (index) =>
      elementAt(
        x,
        index.map((at, axis) => starts[axis] + at * strides[axis]),
      ),
    ),
  vjp: (b, { gradient, inputs: [x], attributes: { starts, strides } }) => {
    const high = x.type.shape.map((extent, axis) => {
      const last = starts[axis] + (gradient.type.shape[axis] - 1) * strides[axis];
      return extent - 1 - last;
    });
    return [
      pad(
        b,
        gradient,
        starts,
        high,
        strides.map((stride) => stride - 1),
      ),
    ];
  },
  kernel: ([x], { starts, strides }) => ({
    kind: 'map',
    element: (index) =>
      x.at(index.map((at, axis) => add(mul(at, whole(strides[axis])), whole(starts[axis])))),
  }),
  flops: () => 0,
});
export default record;

export const slice = (
  b: Builder,
  x: Value,
  starts: readonly number[],
  limits: readonly number[],
  strides: readonly number[] = starts.map(() => 1),
): Value => b.emit(record, [x], { starts, limits, strides });

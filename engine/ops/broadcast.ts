import { elementAt, generate } from '../core/ndarray.ts';
import { sameShape, type Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { whole } from '../kernel/scalar.ts';
import { sum } from './reduce-sum.ts';
import { reshape } from './reshape.ts';
import { mismatch } from './mismatch.ts';

/** `axes[i]`: axis of the result that axis i of the input becomes. */
type Attributes = { readonly shape: Shape; readonly axes: readonly number[] };

const record = defineOp<Attributes>({
  name: 'broadcast',
  doc: 'Repeats a tensor along new axes and along axes of extent 1.',
  infer: ([x], { shape, axes }) => {
    const fits = x.shape.every((extent, axis) => extent === 1 || extent === shape[axes[axis]]);
    if (fits && axes.length === x.shape.length) return { dtype: x.dtype, shape };
    throw mismatch(
      'A tensor cannot be broadcast to this shape.',
      `[${x.shape.join(', ')}] to [${shape.join(', ')}] by axes ${axes.join(', ')}`,
      'extents that are 1 or equal',
    );
  },
  evaluate: ([x], { shape, axes }) =>
    generate(x.dtype, shape, (index) =>
      elementAt(
        x,
        axes.map((axis, at) => (x.shape[at] === 1 ? 0 : index[axis])),
      ),
    ),
  vjp: (b, { gradient, inputs: [x], attributes: { shape, axes } }) => {
    const repeated = shape.flatMap((extent, axis) => {
      const from = axes.indexOf(axis);
      return from < 0 || (x.type.shape[from] === 1 && extent !== 1) ? [axis] : [];
    });
    return [reshape(b, sum(b, gradient, repeated), x.type.shape)];
  },
  kernel: ([x], { axes }) => ({
    kind: 'map',
    element: (index) => x.at(axes.map((axis, at) => (x.type.shape[at] === 1 ? whole(0) : index[axis]))),
  }),
  flops: () => 0,
});
export default record;

/** Axes must rise. */
export function broadcast(b: Builder, x: Value, shape: Shape, axes: readonly number[]): Value {
  return sameShape(x.type.shape, shape) ? x : b.emit(record, [x], { shape, axes });
}

/** NumPy's rule: axes are matched from the last one on. */
export function broadcastTo(b: Builder, x: Value, shape: Shape): Value {
  const offset = shape.length - x.type.shape.length;
  return broadcast(
    b,
    x,
    shape,
    x.type.shape.map((_, axis) => axis + offset),
  );
}

/** Each element `times` times in a row along an axis. */
export function repeat(b: Builder, x: Value, axis: number, times: number): Value {
  const { shape } = x.type;
  const axes = shape.map((_, at) => (at <= axis ? at : at + 1));
  const apart = broadcast(b, x, shape.toSpliced(axis + 1, 0, times), axes);
  return reshape(b, apart, shape.with(axis, shape[axis] * times));
}

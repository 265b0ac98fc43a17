import { size } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { mul } from './mul.ts';
import { sum } from './reduce-sum.ts';

/** Over all axes where none are named. */
export function mean(
  b: Builder,
  x: Value,
  axes: readonly number[] = x.type.shape.map((_, axis) => axis),
): Value {
  const count = size(axes.map((axis) => x.type.shape[axis]));
  return mul(b, sum(b, x, axes), 1 / count);
}

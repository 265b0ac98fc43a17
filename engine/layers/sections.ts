import type { Builder, Value } from '../ir/builder.ts';
import { slice } from '../ops/slice.ts';

/** `count` elements of a value from `start` on, along one axis. */
export function section(b: Builder, x: Value, axis: number, start: number, count: number): Value {
  const { shape } = x.type;
  const starts = shape.map((_, at) => (at === axis ? start : 0));
  return slice(b, x, starts, shape.with(axis, start + count));
}

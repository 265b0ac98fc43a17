import type { Builder, Value } from '../ir/builder.ts';
import { add } from './add.ts';
import { and } from './and.ts';
import { broadcast } from './broadcast.ts';
import { cast } from './cast.ts';
import { equal } from './equal.ts';
import { gather } from './gather.ts';
import { iota } from './iota.ts';
import { less } from './less.ts';
import { minimum } from './min.ts';
import { mul } from './mul.ts';
import { or } from './or.ts';
import { pad } from './pad.ts';
import { sum } from './reduce-sum.ts';
import { reshape } from './reshape.ts';
import { select } from './select.ts';
import { slice } from './slice.ts';

/** Sorting whole numbers by counting: n² comparisons side by side, and nothing that two threads would have to write to. */

/** Which element comes first, second, …, i32[n]; equal ones keep their order. `keys`: i32[n]. */
export function ascending(b: Builder, keys: Value): Value {
  const [count] = keys.type.shape;
  const square = [count, count];
  const [own, other] = [iota(b, square, 0), iota(b, square, 1)];
  const [key, otherKey] = [broadcast(b, keys, square, [0]), broadcast(b, keys, square, [1])];
  const before = or(b, less(b, otherKey, key), and(b, equal(b, otherKey, key), less(b, other, own)));
  const rank = sum(b, cast(b, before, 'i32'), [1]);
  const here = equal(b, broadcast(b, rank, square, [1]), own);
  return sum(b, select(b, here, other, 0), [1]);
}

/** How many of ascending keys, i32[n], are below each of 0, 1, …, `limit`: i32[limit + 1]. In two steps of √n comparisons. */
export function countsBelow(b: Builder, keys: Value, limit: number): Value {
  const [count] = keys.type.shape;
  const length = Math.ceil(Math.sqrt(count));
  const parts = Math.ceil(count / length);
  const filled = pad(b, keys, [0], [parts * length - count], [0], limit);
  const table = reshape(b, filled, [parts, length]);
  const lasts = reshape(b, slice(b, table, [0, length - 1], [parts, length]), [parts]);
  const below = (of: Value): Value => sum(b, cast(b, less(b, of, iota(b, of.type.shape, 0)), 'i32'), [1]);
  const whole = below(broadcast(b, lasts, [limit + 1, parts], [1]));
  const part = minimum(b, whole, parts - 1);
  return add(b, mul(b, part, length), below(gather(b, table, part)));
}

import type { Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { and } from '../ops/and.ts';
import { cast } from '../ops/cast.ts';
import { iota } from '../ops/iota.ts';
import { less } from '../ops/less.ts';
import { mul } from '../ops/mul.ts';
import { not } from '../ops/not.ts';
import { sub } from '../ops/sub.ts';

/**
 * True at a stretch of places of each example, bool[batch × extent], whose length is drawn evenly up to `part` of the extent, and its
 * beginning among those that leave it inside.
 */
export function hiddenStretch(
  b: Builder,
  random: (shape: Shape) => Value,
  batch: number,
  extent: number,
  part: number,
): Value {
  const length = mul(b, random([batch, 1]), part * extent);
  const start = mul(b, random([batch, 1]), sub(b, extent, length));
  const middle = add(b, cast(b, iota(b, [batch, extent], 1), 'f32'), 0.5);
  return and(b, not(b, less(b, middle, start)), less(b, middle, add(b, start, length)));
}

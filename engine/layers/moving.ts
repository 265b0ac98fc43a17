import type { Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { and } from '../ops/and.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { cast } from '../ops/cast.ts';
import { floor } from '../ops/floor.ts';
import { gather } from '../ops/gather.ts';
import { iota } from '../ops/iota.ts';
import { less } from '../ops/less.ts';
import { maximum } from '../ops/max.ts';
import { minimum } from '../ops/min.ts';
import { mul } from '../ops/mul.ts';
import { reshape } from '../ops/reshape.ts';
import { select } from '../ops/select.ts';
import { sub } from '../ops/sub.ts';

/** What layers share that move pixels of images while training. */

/** Shape of one number per example of a value. */
export const perExample = (shape: Shape): Shape => shape.map((extent, axis) => (axis === 0 ? extent : 1));

/** Uniform numbers in [−1, 1). */
export const signed = (b: Builder, uniform: Value): Value => sub(b, mul(b, uniform, 2), 1);

/** Rows and columns of an image batch's pixels, f32[batch × height × width] each. */
export function pixels(
  b: Builder,
  [batch, height, width]: Shape,
): { readonly row: Value; readonly column: Value } {
  const shape = [batch, height, width];
  return { row: cast(b, iota(b, shape, 1), 'f32'), column: cast(b, iota(b, shape, 2), 'f32') };
}

/** Pixels of an image batch at whole `row` and `column`, f32[batch × height × width]; 0 outside of the image. */
export function pick(b: Builder, image: Value, row: Value, column: Value): Value {
  const [batch, height, width, channels] = image.type.shape;
  const shape = [batch, height, width];
  const inside = and(b, within(b, row, height), within(b, column, width));
  const at = add(
    b,
    mul(b, iota(b, shape, 0), height * width),
    add(b, mul(b, clamped(b, row, height), width), clamped(b, column, width)),
  );
  const found = gather(b, reshape(b, image, [batch * height * width, channels]), at);
  return select(b, broadcastTo(b, reshape(b, inside, [...shape, 1]), image.type.shape), found, 0);
}

/** The same at places between pixels: the mean of the four around, weighted by how near they are. */
export function pickBetween(b: Builder, image: Value, row: Value, column: Value): Value {
  const [top, left] = [floor(b, row), floor(b, column)];
  const down = sub(b, row, top);
  const right = sub(b, column, left);
  const corner = (below: 0 | 1, beside: 0 | 1): Value => {
    const share = mul(b, below ? down : sub(b, 1, down), beside ? right : sub(b, 1, right));
    const colour = pick(b, image, add(b, top, below), add(b, left, beside));
    return mul(b, colour, reshape(b, share, [...share.type.shape, 1]));
  };
  const [a, c, d, e] = [corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1)];
  return add(b, add(b, a, c), add(b, d, e));
}

const within = (b: Builder, place: Value, extent: number): Value =>
  and(b, less(b, -0.5, place), less(b, place, extent - 0.5));

const clamped = (b: Builder, place: Value, extent: number): Value =>
  cast(b, minimum(b, maximum(b, place, 0), extent - 1), 'i32');

import { size } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { concat } from '../ops/concat.ts';
import { pad } from '../ops/pad.ts';
import type { Pooling } from '../ops/pooling.ts';
import { reshape } from '../ops/reshape.ts';
import { slice } from '../ops/slice.ts';
import { transpose } from '../ops/transpose.ts';
import { windowExtents } from '../ops/window.ts';
import { alongAxis, windowOf, type WindowParams } from './window.ts';

/** The third axis of windows over volumes [batch, depth, height, width, channels], whose slices are images. */

/** Pools along the depth what is pooled slice by slice: the maximum of the maxima, the mean of the means. */
export function poolDepth(
  b: Builder,
  x: Value,
  params: WindowParams,
  pool: (b: Builder, image: Value, pooling: Pooling) => Value,
): Value {
  const [batch, depth, ...rest] = x.type.shape;
  const window = windowOf(alongAxis(params, 0), [depth]);
  const pooled = pool(b, reshape(b, x, [batch, 1, depth, size(rest)]), window);
  return reshape(b, pooled, [batch, pooled.type.shape[2], ...rest]);
}

/** Each slice with the channels of all slices that a window over it sees, and the kernel that fits them. */
export function unfoldDepth(
  b: Builder,
  x: Value,
  kernel: Value,
  params: WindowParams,
): { readonly slices: Value; readonly filters: Value } {
  const { shape } = x.type;
  const line = windowOf(alongAxis(params, 0), [shape[1]]);
  const [taps, step, spread] = [line.size[1], line.stride[1], line.dilation[1]];
  const depth = windowExtents([1, shape[1]], line.size, line)[1];
  const [, , before, behind] = line.padding;
  const padded = pad(b, x, [0, before, 0, 0, 0], [0, behind, 0, 0, 0]);
  const seen = Array.from({ length: taps }, (_, tap) => {
    const first = tap * spread;
    const limits = shape.with(1, first + (depth - 1) * step + 1);
    return slice(b, padded, [0, first, 0, 0, 0], limits, [1, step, 1, 1, 1]);
  });
  const [, rows, columns, channels, filters] = kernel.type.shape;
  const inSlices = transpose(b, kernel, [1, 2, 0, 3, 4]);
  return {
    slices: concat(b, seen, 4),
    filters: reshape(b, inSlices, [rows, columns, taps * channels, filters]),
  };
}

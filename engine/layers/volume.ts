import { size } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { concat } from '../ops/concat.ts';
import { pad } from '../ops/pad.ts';
import type { Pooling } from '../ops/pooling.ts';
import { reshape } from '../ops/reshape.ts';
import { slice } from '../ops/slice.ts';
import { transpose } from '../ops/transpose.ts';
import { windowExtents } from '../ops/window.ts';
import { section } from './sections.ts';
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

/** A kernel whose filters are those of each tap along the depth, one after the other. */
export function depthInFilters(b: Builder, kernel: Value): Value {
  const [taps, rows, columns, filters, channels] = kernel.type.shape;
  return reshape(b, transpose(b, kernel, [1, 2, 0, 3, 4]), [rows, columns, taps * filters, channels]);
}

/**
 * The transpose of `unfoldDepth`: slices whose channels are those of each tap along the depth, one after the other. What a tap writes is moved to
 * its place and added up; `depth` slices come out.
 */
export function foldDepth(b: Builder, slices: Value, params: WindowParams, depth: number): Value {
  const { shape } = slices.type;
  const line = windowOf(alongAxis(params, 0), [depth]);
  const [taps, step, spread] = [line.size[1], line.stride[1], line.dilation[1]];
  const [, , before] = line.padding;
  const filters = shape[4] / taps;
  const last = (shape[1] - 1) * step;
  const reach = Math.max(last + (taps - 1) * spread + 1, before + depth);
  const written = Array.from({ length: taps }, (_, tap) => {
    const first = tap * spread;
    const own = section(b, slices, 4, tap * filters, filters);
    const along = (count: number) => [0, count, 0, 0, 0];
    return pad(b, own, along(first), along(reach - first - last - 1), along(step - 1));
  });
  return section(
    b,
    written.reduce((sum, part) => add(b, sum, part)),
    1,
    before,
    depth,
  );
}

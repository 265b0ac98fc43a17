import type { NdArray } from '../core/ndarray.ts';
import { formatType, type TensorType } from '../core/tensor.ts';
import type { KernelBody, Operand } from '../kernel/body.ts';
import type { Expression } from '../kernel/expression.ts';
import { add, div, mod, mul } from '../kernel/arithmetic.ts';
import { and, less, real, select, whole, within } from '../kernel/scalar.ts';
import { tapped, tappedExpression, windowExtents, type Window } from './window.ts';
import { mismatch } from './mismatch.ts';

/** What pooling ops share: windows of `size` over images [batch, height, width, channels]. */
export type Pooling = Window & { readonly size: readonly [number, number] };

export function pooledType(x: TensorType, pooling: Pooling): TensorType {
  const [height, width] = windowExtents(x.shape.slice(1, 3), pooling.size, pooling);
  const touching = pooling.padding.every((extent, side) => {
    const axis = side < 2 ? 0 : 1;
    return extent <= (pooling.size[axis] - 1) * pooling.dilation[axis];
  });
  if (x.shape.length === 4 && height > 0 && width > 0 && touching) {
    return { dtype: x.dtype, shape: [x.shape[0], height, width, x.shape[3]] };
  }
  throw mismatch(
    'A pooling window does not fit its image.',
    `${formatType(x)} and a window of ${pooling.size.join(' × ')}`,
    'a window that is no larger than the padded image, and larger than the padding',
  );
}

/** Elements of one window in row-major order, with their tap; those in the padding are left out. */
export function windowElements(
  x: NdArray,
  pooling: Pooling,
  [image, oy, ox, channel]: readonly number[],
): { readonly tap: number; readonly at: number }[] {
  const [, height, width, channels] = x.shape;
  const elements = [];
  for (let tap = 0; tap < pooling.size[0] * pooling.size[1]; tap++) {
    const y = tapped(pooling, 0, oy, Math.floor(tap / pooling.size[1]));
    const at = tapped(pooling, 1, ox, tap % pooling.size[1]);
    if (y < 0 || y >= height || at < 0 || at >= width) continue;
    elements.push({ tap, at: ((image * height + y) * width + at) * channels + channel });
  }
  return elements;
}

/** Reduces each window; `border` stands for the elements in the padding. */
export function windowKernel(
  x: Operand,
  pooling: Pooling,
  combine: 'sum' | 'max' | 'argmax',
  border: number,
): KernelBody {
  return {
    kind: 'reduce',
    extents: pooling.size,
    combine,
    element: ([image, oy, ox, channel], [row, column]) => {
      const y = tappedExpression(pooling, 0, oy, row, x.type.shape[1]);
      const at = tappedExpression(pooling, 1, ox, column, x.type.shape[2]);
      return select(and(y.inside, at.inside), x.at([image, y.at, at.at, channel]), real(border));
    },
  };
}

/** Stands for minus infinity, which WGSL cannot write: the smallest f32. */
export const LOWEST = -3.4028234663852886e38;

/** How many windows cover one coordinate at most, rows and columns: the extents of a gradient's sum. */
export function coverage({ size, stride }: Pooling): [number, number] {
  return [Math.ceil(size[0] / stride[0]), Math.ceil(size[1] / stride[1])];
}

/** The window number `nth` of those that cover coordinate `at`: its output coordinate and the tap there. */
export function covering(
  { size, stride, padding }: Pooling,
  axis: 0 | 1,
  at: Expression,
  nth: Expression,
  extent: number,
): { readonly at: Expression; readonly tap: Expression; readonly inside: Expression } {
  const padded = add(at, whole(padding[axis * 2]));
  const position = add(div(padded, whole(stride[axis])), mul(nth, whole(-1)));
  const tap = add(mod(padded, whole(stride[axis])), mul(nth, whole(stride[axis])));
  return { at: position, tap, inside: and(within(position, extent), less(tap, whole(size[axis]))) };
}

import type { Expression } from '../kernel/expression.ts';
import { add, div, mod, mul } from '../kernel/arithmetic.ts';
import { and, equal, whole, within } from '../kernel/scalar.ts';

/** Arithmetic of windows that slide over the two middle axes of [batch, height, width, channels]. */
export type Window = {
  /** Rows, columns. */
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Top, bottom, left, right. */
  readonly padding: readonly [number, number, number, number];
};

/** Extents that a window of `size` yields, height and width. */
export function windowExtents(
  [height, width]: readonly number[],
  [rows, columns]: readonly number[],
  { stride, dilation, padding: [top, bottom, left, right] }: Window,
): [number, number] {
  const extent = (whole: number, size: number, step: number, spread: number) =>
    Math.floor((whole - (size - 1) * spread - 1) / step) + 1;
  return [
    extent(height + top + bottom, rows, stride[0], dilation[0]),
    extent(width + left + right, columns, stride[1], dilation[1]),
  ];
}

/** Input coordinate that tap `tap` of output coordinate `at` reads, along axis 0 (height) or 1 (width). */
export function tapped(window: Window, axis: 0 | 1, at: number, tap: number): number {
  return at * window.stride[axis] + tap * window.dilation[axis] - window.padding[axis * 2];
}

/** The same as an expression, with the condition that it lies inside of the input. */
export function tappedExpression(
  window: Window,
  axis: 0 | 1,
  at: Expression,
  tap: Expression,
  extent: number,
): { readonly at: Expression; readonly inside: Expression } {
  const padded = add(mul(at, whole(window.stride[axis])), mul(tap, whole(window.dilation[axis])));
  const position = add(padded, whole(-window.padding[axis * 2]));
  return { at: position, inside: within(position, extent) };
}

/** Output coordinate whose tap `tap` reads input coordinate `at`, with the condition that there is one. */
export function untappedExpression(
  window: Window,
  axis: 0 | 1,
  at: Expression,
  tap: Expression,
  extent: number,
): { readonly at: Expression; readonly inside: Expression } {
  const stride = window.stride[axis];
  const offset = add(add(at, whole(window.padding[axis * 2])), mul(tap, whole(-window.dilation[axis])));
  const position = div(offset, whole(stride));
  const inside = and(within(offset, (extent - 1) * stride + 1), equal(mod(offset, whole(stride)), whole(0)));
  return { at: position, inside };
}

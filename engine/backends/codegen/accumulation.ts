import type { DType } from '../../core/dtype.ts';
import { size } from '../../core/shape.ts';
import { constant } from '../../kernel/arithmetic.ts';
import type { Axis, Work } from '../../kernel/kernel.ts';
import { Substitution, unravel } from '../../kernel/rewrite.ts';

export type Reduce = Extract<Work, { kind: 'reduce' }>;

/** Reductions of so few elements (pooling windows) are written without loops. */
export const UNROLLED = 16;

/** What an accumulator starts with: no element is beyond it. */
export function neutral(combine: Reduce['combine'], dtype: DType): number {
  if (combine === 'sum') return 0;
  const lowest = { f32: -3.4028234663852886e38, i32: -2147483648, u32: 0, bool: 0, u8: 0 }[dtype];
  const highest = { f32: 3.4028234663852886e38, i32: 2147483647, u32: 4294967295, bool: 1, u8: 255 }[dtype];
  return combine === 'min' ? highest : lowest;
}

export const extentsOf = (axes: readonly Axis[]): number[] => axes.map(({ extent }) => extent);

/** Every combination of the axes' values, in row-major order. */
export function everyIndex(axes: readonly Axis[]): Substitution[] {
  const extents = extentsOf(axes);
  return Array.from({ length: size(extents) }, (_, position) => {
    const index = unravel(constant('i32', position), extents);
    return new Substitution(new Map(axes.map(({ name }, at) => [name, index[at]])));
  });
}

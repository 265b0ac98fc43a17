import type { DType } from '../core/dtype.ts';

/**
 * Scalar expressions: what one element of a tensor is, as a function of its index. Ops describe themselves
 * with them, fusion substitutes them into each other, backends print them.
 *
 * Index expressions are `i32`. Nodes are immutable and may be shared.
 */
export type Expression =
  | { readonly kind: 'constant'; readonly dtype: DType; readonly value: number }
  /** A loop variable: an axis of the output (`i0`, `i1`, …) or of a reduction (`r0`, …); 0 ≤ it < extent. */
  | { readonly kind: 'axis'; readonly dtype: 'i32'; readonly name: string; readonly extent: number }
  /** One element of a buffer. `source` is the value (or state) it holds; one index per axis. */
  | {
      readonly kind: 'load';
      readonly dtype: DType;
      readonly source: number;
      readonly index: readonly Expression[];
    }
  /** A scalar function of the table in intrinsics.ts, e.g. `add`, `select`, `exp`, `random`. */
  | {
      readonly kind: 'call';
      readonly dtype: DType;
      readonly name: string;
      readonly arguments: readonly Expression[];
    }
  | { readonly kind: 'cast'; readonly dtype: DType; readonly argument: Expression };

import type { Shape } from '../core/shape.ts';
import type { TensorType } from '../core/tensor.ts';
import type { Expression } from './expression.ts';

/** An input as an op's kernel sees it: its type, and its element at an index (a load, or a fused producer). */
export interface Operand {
  readonly type: TensorType;
  at(index: readonly Expression[]): Expression;
}

/**
 * How an op computes its result: the three shapes of parallel work that everything lowers to. The functions
 * are called by the compiler with index expressions and return scalar expressions; they never see a buffer.
 */
export type KernelBody =
  /** Each element by itself. Fuses into any consumer. */
  | { readonly kind: 'map'; element(index: readonly Expression[]): Expression }
  /** Each element combines `element(index, r)` over the reduced extents. Its consumers fuse as epilogue. */
  | {
      readonly kind: 'reduce';
      readonly extents: Shape;
      readonly combine: 'sum' | 'max' | 'min' | 'argmax';
      /** Where the only reduced axis begins and ends for an element, where that is not from 0 to its extent: i32 within these. */
      range?(index: readonly Expression[]): readonly [Expression, Expression];
      element(index: readonly Expression[], reduced: readonly Expression[]): Expression;
    }
  /**
   * Generalised matrix product: Σ_k left · right. Each output axis is a batch, row or column axis; `left` may
   * use batch and row axes, `right` batch and column axes, both the contracted ones. Matrix products and every
   * convolution (implicit GEMM) are this.
   */
  | {
      readonly kind: 'contract';
      readonly axes: readonly ('batch' | 'row' | 'column')[];
      readonly extents: Shape;
      left(index: readonly Expression[], contracted: readonly Expression[]): Expression;
      right(index: readonly Expression[], contracted: readonly Expression[]): Expression;
    };

import type { DType } from '../core/dtype.ts';
import type { TensorType } from '../core/tensor.ts';
import type { Expression } from './expression.ts';

/** A loop variable. */
export type Axis = Extract<Expression, { kind: 'axis' }>;

/** What a kernel does before its stores: nothing, or one accumulation per element of its domain. */
export type Work =
  | { readonly kind: 'map' }
  | {
      readonly kind: 'reduce';
      /** The value that is accumulated; stores load it at the kernel's own index. */
      readonly result: number;
      readonly dtype: DType;
      readonly combine: 'sum' | 'max' | 'min' | 'argmax';
      readonly reduced: readonly Axis[];
      /** Where the only reduced axis begins and ends, where that is not from 0 to its extent. */
      readonly range?: readonly [Expression, Expression];
      readonly element: Expression;
    }
  | {
      readonly kind: 'rows';
      /**
       * Accumulations over the last axis of the domain, one after the other: each may read what those before it gave. Stores have
       * one element for each element of the domain, or one for each row.
       */
      readonly steps: readonly RowStep[];
    }
  | {
      readonly kind: 'contract';
      readonly result: number;
      readonly dtype: DType;
      /** Role of each axis of the domain. */
      readonly roles: readonly ('batch' | 'row' | 'column')[];
      readonly contracted: readonly Axis[];
      readonly left: Expression;
      readonly right: Expression;
    };

/** An accumulation along the rows of a domain; `element` is a function of all axes. */
export interface RowStep {
  /** The value that is accumulated, one for each row. */
  readonly result: number;
  readonly dtype: DType;
  readonly combine: 'sum' | 'max' | 'min';
  readonly element: Expression;
}

/** One result of a kernel. Its row-major position is that of the domain, whatever its own shape. */
export interface Store {
  readonly value: number;
  readonly type: TensorType;
  readonly element: Expression;
  /** The source whose buffer this store overwrites, element by element. */
  readonly overwrites?: number;
}

/** What one GPU kernel computes: fused operations over one domain. Backends write it in their language. */
export interface Kernel {
  readonly label: string;
  /** Graph nodes it came from. */
  readonly origins: readonly string[];
  /** The domain: one axis per axis of the result. */
  readonly axes: readonly Axis[];
  readonly work: Work;
  readonly stores: readonly Store[];
  /** Type of everything that is loaded, by source. */
  readonly sources: ReadonlyMap<number, TensorType>;
}

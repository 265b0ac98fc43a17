import { generate, type NdArray } from '../core/ndarray.ts';
import { size, type Shape } from '../core/shape.ts';
import { formatType, type TensorType } from '../core/tensor.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp, type OpRecord, type VjpContext } from '../ir/op.ts';
import type { Expression } from '../kernel/expression.ts';
import { broadcast } from './broadcast.ts';
import { mismatch } from './mismatch.ts';

/** What reductions over axes share. The reduced axes disappear from the shape. */

export type ReduceAttributes = { readonly axes: readonly number[] };

export function reduction(op: {
  readonly name: string;
  readonly doc: string;
  readonly combine: 'sum' | 'max' | 'min' | 'argmax';
  readonly result?: TensorType['dtype'];
  /** Of the reduced elements, in row-major order of the reduced axes. */
  readonly evaluate: (elements: readonly number[]) => number;
  readonly vjp?: (b: Builder, context: VjpContext<ReduceAttributes>) => Value;
}): OpRecord<ReduceAttributes> {
  const { vjp } = op;
  return defineOp<ReduceAttributes>({
    name: op.name,
    doc: op.doc,
    infer: ([x], { axes }) => {
      const shape = x.shape.filter((_, axis) => !axes.includes(axis));
      if (shape.length === x.shape.length - axes.length) return { dtype: op.result ?? x.dtype, shape };
      throw mismatch(
        `The operation "${op.name}" cannot reduce these axes.`,
        `axes ${axes.join(', ')} of ${formatType(x)}`,
        'different axes of the tensor',
      );
    },
    evaluate: ([x], { axes }, { dtype, shape }) =>
      generate(dtype, shape, (index) => op.evaluate(elementsAt(x, axes, index))),
    vjp: vjp && ((b, context) => [vjp(b, context)]),
    kernel: ([x], { axes }) => ({
      kind: 'reduce',
      extents: axes.map((axis) => x.type.shape[axis]),
      combine: op.combine,
      element: (index, reduced) => x.at(mergeIndex(x.type.shape, axes, index, reduced)),
    }),
    flops: ([x]) => size(x.shape),
  });
}

/** A reduced value repeated over the axes that it lost. */
export function restore(b: Builder, reduced: Value, shape: Shape, axes: readonly number[]): Value {
  const kept = shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  return broadcast(b, reduced, shape, kept);
}

function elementsAt(x: NdArray, axes: readonly number[], index: readonly number[]): readonly number[] {
  const extents = axes.map((axis) => x.shape[axis]);
  const part = generate(x.dtype, extents, (reduced) => {
    const full = mergeIndex(x.shape, axes, index, reduced);
    return x.data[full.reduce((flat, at, axis) => flat * x.shape[axis] + at, 0)];
  });
  return [...part.data];
}

function mergeIndex<T extends number | Expression>(
  shape: Shape,
  axes: readonly number[],
  kept: readonly T[],
  reduced: readonly T[],
): T[] {
  let next = 0;
  return shape.map((_, axis) => (axes.includes(axis) ? reduced[axes.indexOf(axis)] : kept[next++]));
}

import { size, type Shape } from '../../core/shape.ts';
import { flatIndex } from '../../kernel/affine.ts';
import { add, axis, constant, mul } from '../../kernel/arithmetic.ts';
import type { Expression } from '../../kernel/expression.ts';
import type { Axis, Store } from '../../kernel/kernel.ts';
import { LANE, Substitution, unravel } from '../../kernel/rewrite.ts';
import type { Emitter } from './emitter.ts';

const FOUR = constant('i32', 4);

/** How the elements of a domain are given to invocations: one each, or four neighbours each. */
export interface Spread {
  readonly invocations: number;
  /** Replaces the axes of the domain by functions of the axis `t`, the invocation's number (and `LANE`). */
  readonly substitution: Substitution;
  readonly index: readonly Expression[];
}

export function spread(axes: readonly Axis[], vectors: boolean): Spread {
  const shape = axes.map(({ extent }) => extent);
  const elements = size(shape);
  const invocations = vectors ? elements / 4 : elements;
  const t = axis('t', invocations);
  let index: readonly Expression[];
  const last = shape.length - 1;
  if (!vectors) index = unravel(t, shape);
  else if (shape[last] % 4 === 0) {
    // Four neighbours never cross a row: only the last index differs between them.
    const quads = unravel(t, [...shape.slice(0, last), shape[last] / 4]);
    index = [...quads.slice(0, last), add(mul(quads[last], FOUR), LANE)];
  } else index = unravel(add(mul(t, FOUR), LANE), shape);
  return { invocations, index, substitution: substitutionOf(axes, index) };
}

export function substitutionOf(axes: readonly Axis[], index: readonly Expression[]): Substitution {
  return new Substitution(new Map(axes.map(({ name }, at) => [name, index[at]])));
}

/** Writes all stores of a kernel at one index of its domain; every element is computed before the first is written. */
export function writeStores(
  emitter: Emitter,
  stores: readonly Store[],
  shape: Shape,
  index: readonly Expression[],
  substitution: Substitution,
): void {
  const at = flatIndex(index, shape);
  const values = stores.map((store) => emitter.bind(emitter.emit(substitution.apply(store.element))));
  stores.forEach(({ value, type }, which) => {
    const lanes = at.terms.some(({ term }) => term === LANE) ? 4 : 1;
    emitter.store(value, type, at, emitter.splat(values[which], lanes));
  });
}

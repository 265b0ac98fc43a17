import { size } from '../../../core/shape.ts';
import { affineOf, flatIndex } from '../../../kernel/affine.ts';
import { add, axis, constant, mul } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import type { Axis, Kernel } from '../../../kernel/kernel.ts';
import { LANE, Substitution, unravel } from '../../../kernel/rewrite.ts';

export const whole = (value: number): Expression => constant('i32', value);

/** Four neighbours, of which the first is the element 4 · quad. */
export const quadOf = (quad: Expression): Expression => add(mul(quad, whole(4)), LANE);

export const substitutionOf = (axes: readonly Axis[], index: readonly Expression[]): Substitution =>
  new Substitution(new Map(axes.map(({ name }, at) => [name, index[at]])));

/** A domain as rows of neighbours. */
export interface Rows {
  readonly count: number;
  readonly length: number;
  /** The index of an element from its row and its place in the row. */
  index(row: Expression, place: Expression): Expression[];
}

/**
 * Joins the inner axes of a domain into rows as long as the expressions stay free of divisions, which take longer than all else:
 * a domain that is read and written in the order of memory is one row.
 */
export function rowsOf(
  axes: readonly Axis[],
  expressions: readonly Expression[],
  sources: Kernel['sources'],
): Rows {
  const extents = axes.map(({ extent }) => extent);
  for (let outer = 0; ; outer++) {
    const [rowShape, lineShape] = [extents.slice(0, outer), extents.slice(outer)];
    const place = axis('place', size(lineShape));
    const joined = substitutionOf(axes, [...axes.slice(0, outer), ...unravel(place, lineShape)]);
    const simple = (part: Expression): boolean => !divides(joined.apply(part), place, sources);
    if (outer < axes.length - 1 && !expressions.every(simple)) continue;
    return {
      count: size(rowShape),
      length: place.extent,
      index: (row, at) => [...unravel(row, rowShape), ...unravel(at, lineShape)],
    };
  }
}

/** Whether an expression divides something that depends on an axis. */
function divides(expression: Expression, by: Axis, sources: Kernel['sources']): boolean {
  const inner = (part: Expression): boolean => divides(part, by, sources);
  switch (expression.kind) {
    case 'constant':
    case 'axis':
      return false;
    case 'cast':
      return inner(expression.argument);
    case 'load': {
      const shape = sources.get(expression.source)?.shape;
      return shape !== undefined && flatIndex(expression.index, shape).terms.some(({ term }) => inner(term));
    }
    case 'call': {
      if (expression.dtype !== 'i32') return expression.arguments.some(inner);
      const { terms } = affineOf(expression);
      if (terms.length !== 1 || terms[0].term !== expression) return terms.some(({ term }) => inner(term));
      const division = expression.name === 'div' || expression.name === 'mod';
      return (division && mentions(expression, by)) || expression.arguments.some(inner);
    }
  }
}

/** Whether an expression depends on an axis. */
export function mentions(expression: Expression, wanted: Axis): boolean {
  switch (expression.kind) {
    case 'constant':
      return false;
    case 'axis':
      return expression.name === wanted.name;
    case 'cast':
      return mentions(expression.argument, wanted);
    case 'load':
      return expression.index.some((part) => mentions(part, wanted));
    case 'call':
      return expression.arguments.some((part) => mentions(part, wanted));
  }
}

/** Equal steps through a line: `quads` times four elements each, or single elements where it is 0. */
export interface Segment {
  readonly start: number;
  readonly quads: number;
  readonly count: number;
}

/** Cuts a line into steps, the largest first. `sizes`: quads per step, descending; what remains goes one by one. */
export function segmentsOf(length: number, sizes: readonly number[]): Segment[] {
  const segments: Segment[] = [];
  let start = 0;
  for (const quads of [...sizes, 0]) {
    const width = quads === 0 ? 1 : 4 * quads;
    const count = Math.floor((length - start) / width);
    if (count > 0) segments.push({ start, quads, count });
    start += count * width;
  }
  return segments;
}

/** The places of a step: its quads, or its single element. */
export function placesOf({ start, quads }: Segment, step: Expression): Expression[] {
  if (quads === 0) return [add(step, whole(start))];
  return Array.from({ length: quads }, (_, at) =>
    add(quadOf(add(mul(step, whole(quads)), whole(at))), whole(start)),
  );
}

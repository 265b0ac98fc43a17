import { size, type Shape } from '../core/shape.ts';
import { flatIndex } from './affine.ts';
import { add, axis, constant, div, min, mod, mul } from './arithmetic.ts';
import type { Expression } from './expression.ts';
import { loadsOf } from './inspect.ts';
import { and, equal, less, select } from './scalar.ts';

type Call = Extract<Expression, { kind: 'call' }>;

/** Replaces axes by expressions, simplifying on the way. */
export class Substitution {
  private readonly replacements: ReadonlyMap<string, Expression>;
  private readonly done = new Map<Expression, Expression>();

  constructor(replacements: ReadonlyMap<string, Expression>) {
    this.replacements = replacements;
  }

  apply(expression: Expression): Expression {
    const known = this.done.get(expression);
    if (known) return known;
    const replaced = this.replace(expression);
    this.done.set(expression, replaced);
    return replaced;
  }

  private replace(expression: Expression): Expression {
    switch (expression.kind) {
      case 'constant':
        return expression;
      case 'axis':
        return this.replacements.get(expression.name) ?? expression;
      case 'load':
        return { ...expression, index: expression.index.map((index) => this.apply(index)) };
      case 'cast':
        return { ...expression, argument: this.apply(expression.argument) };
      case 'call':
        return rebuild(
          expression,
          expression.arguments.map((argument) => this.apply(argument)),
        );
    }
  }
}

/** The same call on other arguments, simplified where these decide more than the old ones did. */
function rebuild(call: Call, parts: readonly Expression[]): Expression {
  const [a, b, c] = parts;
  switch (call.name) {
    case 'select':
      return select(a, b, c);
    case 'less':
      return less(a, b);
    case 'equal':
      return equal(a, b);
    case 'and':
      return and(a, b);
  }
  const simplify = call.dtype === 'i32' ? INDEX_ARITHMETIC[call.name] : undefined;
  return simplify ? simplify(a, b) : { ...call, arguments: parts };
}

const INDEX_ARITHMETIC: Readonly<Record<string, (a: Expression, b: Expression) => Expression>> = {
  add,
  mul,
  min,
  div,
  mod,
};

/** The index of the element at a row-major position. */
export function unravel(flat: Expression, shape: Shape): Expression[] {
  return shape.map((extent, at) => {
    const inner = size(shape.slice(at + 1));
    const outer = inner === 1 ? flat : div(flat, constant('i32', inner));
    return at === 0 ? outer : mod(outer, constant('i32', extent));
  });
}

/** Row-major position of an index. */
export function ravel(index: readonly Expression[], shape: Shape): Expression {
  let flat: Expression = constant('i32', 0);
  shape.forEach((extent, at) => (flat = add(mul(flat, constant('i32', extent)), index[at])));
  return flat;
}

/** The index in `to` of the element at `index` in `from`, both row-major and of the same size. */
export function reindex(index: readonly Expression[], from: Shape, to: Shape): readonly Expression[] {
  return from.join() === to.join() ? index : unravel(ravel(index, from), to);
}

/** Name of the axis of extent 4 that stands for the four components of a vector. */
export const LANE = axis('lane', 4);

/**
 * How well an expression of `LANE` loads vectors: true where every load that depends on it reads four neighbours
 * at a multiple of `alignment`, and there is one.
 */
export function loadsVectors(
  expression: Expression,
  shapeOf: (source: number) => Shape,
  alignment = 4,
): boolean {
  let vectors = 0;
  for (const load of loadsOf(expression)) {
    const shape = shapeOf(load.source);
    const { constant: start, terms } = flatIndex(load.index, shape);
    const lane = terms.find(({ term }) => term === LANE);
    const others = terms.filter(({ term }) => term !== LANE);
    if (others.some(({ term }) => dependsOnLane(term))) return false;
    if (!lane) continue;
    const parts = [start, size(shape), ...others.map(({ coefficient }) => coefficient)];
    if (lane.coefficient !== 1 || parts.some((part) => part % alignment !== 0)) return false;
    vectors++;
  }
  return vectors > 0;
}

/** Whether an expression differs between the components of a vector. */
export function dependsOnLane(expression: Expression): boolean {
  switch (expression.kind) {
    case 'constant':
      return false;
    case 'axis':
      return expression === LANE;
    case 'load':
      return expression.index.some(dependsOnLane);
    case 'cast':
      return dependsOnLane(expression.argument);
    case 'call':
      return expression.arguments.some(dependsOnLane);
  }
}

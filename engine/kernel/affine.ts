import type { Shape } from '../core/shape.ts';
import { strides } from '../core/shape.ts';
// Division simplifies by affine forms, and affine forms join quotients: each calls the other on smaller expressions.
import { constant, div, rangeOf, type Range } from './arithmetic.ts';
import type { Expression } from './expression.ts';

/** An index as Σ coefficient · term + constant; terms are axes, or expressions that are not affine. */
export interface Affine {
  readonly constant: number;
  readonly terms: readonly { readonly term: Expression; readonly coefficient: number }[];
}

type Terms = Map<string, { term: Expression; coefficient: number }>;

/** Position of an element in a row-major buffer. */
export function flatIndex(index: readonly Expression[], shape: Shape): Affine {
  const terms: Terms = new Map();
  let constant = 0;
  strides(shape).forEach((stride, axis) => {
    if (shape[axis] !== 1) constant += collect(index[axis], stride, terms);
  });
  return normalise(constant, terms);
}

export function affineOf(expression: Expression): Affine {
  const terms: Terms = new Map();
  return normalise(collect(expression, 1, terms), terms);
}

/** True where both are the same function of the axes, as far as their normal forms show. */
export function sameAffine(a: Affine, b: Affine): boolean {
  if (a.constant !== b.constant || a.terms.length !== b.terms.length) return false;
  const coefficients = new Map(b.terms.map(({ term, coefficient }) => [keyOf(term), coefficient]));
  return a.terms.every(({ term, coefficient }) => coefficients.get(keyOf(term)) === coefficient);
}

/** Values that a position can take, as far as the ranges of its terms tell. */
export function affineRange({ constant: start, terms }: Affine): Range {
  let [min, max] = [start, start];
  for (const { term, coefficient } of terms) {
    const range = rangeOf(term);
    min += Math.min(coefficient * range.min, coefficient * range.max);
    max += Math.max(coefficient * range.min, coefficient * range.max);
  }
  return { min, max };
}

/** Adds `scale · expression` to the terms; returns what it adds to the constant. */
function collect(expression: Expression, scale: number, terms: Terms): number {
  if (expression.kind === 'constant') return scale * expression.value;
  if (expression.kind === 'axis' && expression.extent === 1) return 0;
  if (expression.kind === 'call') {
    const [left, right] = expression.arguments;
    switch (expression.name) {
      case 'add':
        return collect(left, scale, terms) + collect(right, scale, terms);
      case 'sub':
        return collect(left, scale, terms) + collect(right, -scale, terms);
      case 'mul':
        if (right.kind === 'constant') return collect(left, scale * right.value, terms);
        if (left.kind === 'constant') return collect(right, scale * left.value, terms);
    }
  }
  addTerm(terms, expression, scale);
  return 0;
}

function addTerm(terms: Terms, term: Expression, scale: number): void {
  const key = keyOf(term);
  const known = terms.get(key);
  terms.set(key, { term, coefficient: (known?.coefficient ?? 0) + scale });
}

/** Drops zero terms and joins what an unravelled position was split into: m·(x div m) + x mod m = x. */
function normalise(constant: number, terms: Terms): Affine {
  for (;;) {
    const joined = joinOnce(terms);
    if (joined === undefined) break;
    constant += joined;
  }
  return { constant, terms: [...terms.values()].filter(({ coefficient }) => coefficient !== 0) };
}

function joinOnce(terms: Terms): number | undefined {
  for (const [remainderKey, { term, coefficient }] of terms) {
    if (coefficient === 0 || term.kind !== 'call' || term.name !== 'mod') continue;
    const [dividend, divisor] = term.arguments;
    if (divisor.kind !== 'constant') continue;
    for (const [quotientKey, quotient] of terms) {
      if (quotient.coefficient !== coefficient * divisor.value) continue;
      if (!isQuotient(quotient.term, dividend, divisor.value)) continue;
      terms.delete(remainderKey);
      terms.delete(quotientKey);
      return collect(dividend, coefficient, terms);
    }
  }
  return undefined;
}

/**
 * Whether `term` is `dividend div divisor`. The dividend may be a quotient itself, x div a, and then the term was
 * simplified to x div (a·divisor) on the way.
 */
function isQuotient(term: Expression, dividend: Expression, divisor: number): boolean {
  if (term.kind !== 'call' || term.name !== 'div') return false;
  const [numerator, by] = term.arguments;
  if (by.kind !== 'constant' || by.value % divisor !== 0) return false;
  const inner = div(numerator, constant('i32', by.value / divisor));
  return sameAffine(affineOf(inner), affineOf(dividend));
}

const keys = new WeakMap<Expression, string>();

/** A text that is the same for structurally equal expressions. */
export function keyOf(expression: Expression): string {
  let key = keys.get(expression);
  if (key === undefined) {
    key = writeKey(expression);
    keys.set(expression, key);
  }
  return key;
}

function writeKey(expression: Expression): string {
  switch (expression.kind) {
    case 'constant':
      return `${expression.dtype}:${Object.is(expression.value, -0) ? '-0' : expression.value}`;
    case 'axis':
      return expression.name;
    case 'load':
      return `%${expression.source}[${expression.index.map(keyOf).join(',')}]`;
    case 'call':
      return `${expression.name}:${expression.dtype}(${expression.arguments.map(keyOf).join(',')})`;
    case 'cast':
      return `${expression.dtype}(${keyOf(expression.argument)})`;
  }
}

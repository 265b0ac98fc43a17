import { affineOf, type Affine } from './affine.ts';
import type { DType } from '../core/dtype.ts';
import type { Expression } from './expression.ts';

/**
 * Index arithmetic that simplifies itself by what is known about ranges: `(4·q + lane) div 4 = q`. Indices are
 * never negative where they are divided; division truncates.
 */

export function constant(dtype: DType, value: number): Expression {
  return { kind: 'constant', dtype, value };
}

export function axis(name: string, extent: number): Extract<Expression, { kind: 'axis' }> {
  return { kind: 'axis', dtype: 'i32', name, extent };
}

export function add(a: Expression, b: Expression): Expression {
  if (isConstant(a, 0)) return b;
  if (isConstant(b, 0)) return a;
  return folded('add', a, b, (x, y) => x + y);
}

export function mul(a: Expression, b: Expression): Expression {
  if (isConstant(a, 1) || isConstant(b, 0)) return b;
  if (isConstant(b, 1) || isConstant(a, 0)) return a;
  return folded('mul', a, b, (x, y) => x * y);
}

export function min(a: Expression, b: Expression): Expression {
  if (rangeOf(a).max <= rangeOf(b).min) return a;
  if (rangeOf(b).max <= rangeOf(a).min) return b;
  return folded('min', a, b, Math.min);
}

export function div(a: Expression, b: Expression): Expression {
  if (isConstant(b, 1)) return a;
  const parts = splitBy(a, b);
  if (!parts) return folded('div', a, b, (x, y) => Math.trunc(x / y));
  const { multiple, rest, divisor } = parts;
  const quotient = rangeOf(rest).max < divisor ? constant('i32', 0) : quotientOf(rest, divisor);
  return add(multiple, quotient);
}

export function mod(a: Expression, b: Expression): Expression {
  if (isConstant(b, 1)) return constant('i32', 0);
  const parts = splitBy(a, b);
  if (!parts) return folded('mod', a, b, (x, y) => x % y);
  const { rest, divisor } = parts;
  return rangeOf(rest).max < divisor ? rest : folded('mod', rest, b, (x, y) => x % y);
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

const UNKNOWN: Range = { min: -Infinity, max: Infinity };

/** Values that an index can take, as far as its form shows. */
export function rangeOf(expression: Expression): Range {
  if (expression.kind === 'constant') return { min: expression.value, max: expression.value };
  if (expression.kind === 'axis') return { min: 0, max: expression.extent - 1 };
  if (expression.kind !== 'call' || expression.dtype !== 'i32' || expression.arguments.length !== 2)
    return UNKNOWN;
  const [a, b] = expression.arguments.map(rangeOf);
  switch (expression.name) {
    case 'add':
      return { min: a.min + b.min, max: a.max + b.max };
    case 'sub':
      return { min: a.min - b.max, max: a.max - b.min };
    case 'mul':
      return productRange(a, b);
    case 'min':
      return { min: Math.min(a.min, b.min), max: Math.min(a.max, b.max) };
    case 'max':
      return { min: Math.max(a.min, b.min), max: Math.max(a.max, b.max) };
    case 'div':
      return a.min >= 0 && b.min > 0 ? { min: 0, max: Math.floor(a.max / b.min) } : UNKNOWN;
    case 'mod':
      return a.min >= 0 && b.min > 0 ? { min: 0, max: Math.min(a.max, b.max - 1) } : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

function productRange(a: Range, b: Range): Range {
  const corners = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max].map((corner) => corner || 0);
  return { min: Math.min(...corners), max: Math.max(...corners) };
}

function isConstant(expression: Expression, value: number): boolean {
  return expression.kind === 'constant' && expression.value === value;
}

function folded(
  name: string,
  a: Expression,
  b: Expression,
  compute: (x: number, y: number) => number,
): Expression {
  // Whole numbers have no −0, which would make two zeros of one.
  if (a.kind === 'constant' && b.kind === 'constant') return constant('i32', compute(a.value, b.value) || 0);
  return { kind: 'call', dtype: 'i32', name, arguments: [a, b] };
}

/** `a` as multiple · b + rest, for a constant b and parts that cannot be negative. */
function splitBy(
  a: Expression,
  b: Expression,
): { multiple: Expression; rest: Expression; divisor: number } | undefined {
  if (b.kind !== 'constant' || b.value <= 0 || rangeOf(a).min < 0) return undefined;
  const divisor = b.value;
  const affine = affineOf(a);
  const whole = Math.floor(affine.constant / divisor);
  const divisible = affine.terms.filter(({ coefficient }) => coefficient % divisor === 0);
  const others = affine.terms.filter(({ coefficient }) => coefficient % divisor !== 0);
  const multiple = sumOf({
    constant: whole,
    terms: divisible.map(({ term, coefficient }) => ({ term, coefficient: coefficient / divisor })),
  });
  const rest = sumOf({ constant: affine.constant - whole * divisor, terms: others });
  return rangeOf(rest).min < 0 || rangeOf(multiple).min < 0 ? undefined : { multiple, rest, divisor };
}

/** (x div a) div b = x div (a·b) */
function quotientOf(a: Expression, divisor: number): Expression {
  if (a.kind === 'call' && a.name === 'div') {
    const [dividend, by] = a.arguments;
    if (by.kind === 'constant') return div(dividend, constant('i32', by.value * divisor));
  }
  return folded('div', a, constant('i32', divisor), (x, y) => Math.trunc(x / y));
}

function sumOf({ constant: start, terms }: Affine): Expression {
  let sum: Expression = constant('i32', 0);
  for (const { term, coefficient } of terms) sum = add(sum, mul(term, constant('i32', coefficient)));
  return add(sum, constant('i32', start));
}

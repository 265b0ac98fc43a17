import type { DType } from '../core/dtype.ts';
import { constant, rangeOf } from './arithmetic.ts';
import type { Expression } from './expression.ts';

/** Constructors of the scalar expressions that op kernels are made of; index arithmetic is in arithmetic.ts. */

export function call(name: string, dtype: DType, ...parts: readonly Expression[]): Expression {
  return { kind: 'call', dtype, name, arguments: parts };
}

export function cast(argument: Expression, dtype: DType): Expression {
  return argument.dtype === dtype ? argument : { kind: 'cast', dtype, argument };
}

export const real = (value: number): Expression => constant('f32', value);
export const whole = (value: number): Expression => constant('i32', value);

/** `condition ? a : b`; both sides are evaluated. */
export function select(condition: Expression, a: Expression, b: Expression): Expression {
  if (condition.kind === 'constant') return condition.value ? a : b;
  return call('select', a.dtype, condition, a, b);
}

/** a = b; for indices decided by their ranges where that is possible. */
export function equal(a: Expression, b: Expression): Expression {
  if (a.kind === 'constant' && b.kind === 'constant') return truth(a.value === b.value);
  const [left, right] = [rangeOf(a), rangeOf(b)];
  if (left.max < right.min || right.max < left.min) return truth(false);
  return call('equal', 'bool', a, b);
}

/** a < b; for indices decided by their ranges where that is possible. */
export function less(a: Expression, b: Expression): Expression {
  if (a.dtype === 'i32') {
    const [left, right] = [rangeOf(a), rangeOf(b)];
    if (left.max < right.min) return truth(true);
    if (left.min >= right.max) return truth(false);
  }
  return call('less', 'bool', a, b);
}

export function and(...conditions: readonly Expression[]): Expression {
  let all = truth(true);
  for (const condition of conditions) {
    if (condition.kind === 'constant') {
      if (!condition.value) return condition;
    } else all = all.kind === 'constant' ? condition : call('and', 'bool', all, condition);
  }
  return all;
}

/** 0 ≤ index < extent */
export function within(index: Expression, extent: number): Expression {
  return and(less(whole(-1), index), less(index, whole(extent)));
}

function truth(value: boolean): Expression {
  return constant('bool', value ? 1 : 0);
}

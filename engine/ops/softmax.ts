import type { Builder, Value } from '../ir/builder.ts';
import { div } from './div.ts';
import { exp } from './exp.ts';
import { less } from './less.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';
import { max } from './reduce-max.ts';
import { sum } from './reduce-sum.ts';
import { restore } from './reduction.ts';
import { select } from './select.ts';
import { stopGradient } from './stop-gradient.ts';
import { sub } from './sub.ts';

/** Softmax over the last axis. The maximum is taken off first, so that nothing overflows. */
export function softmax(b: Builder, x: Value): Value {
  const exponentials = exp(b, shifted(b, x));
  return div(b, exponentials, overLast(b, exponentials, sum));
}

/** What scores that do not count are taken for: far below any other, and finite, so that no difference is NaN. */
export const LOWEST = -1e30;

/** Softmax over the last axis among the scores that count. The others get 0; a row in which none counts is all 0. */
export function maskedSoftmax(b: Builder, x: Value, counts: Value): Value {
  const { shape } = x.type;
  const axes = [shape.length - 1];
  const scores = select(b, counts, x, LOWEST);
  const most = stopGradient(b, max(b, scores, axes));
  const exponentials = exp(b, sub(b, scores, restore(b, most, shape, axes)));
  const total = sum(b, exponentials, axes);
  const factor = select(b, less(b, LOWEST, most), div(b, 1, total), 0);
  return mul(b, exponentials, restore(b, factor, shape, axes));
}

/** ln softmax over the last axis, without the loss of digits that log(softmax(x)) has. */
export function logSoftmax(b: Builder, x: Value): Value {
  const centred = shifted(b, x);
  return sub(
    b,
    centred,
    overLast(b, exp(b, centred), (_, exponentials, axes) => log(b, sum(b, exponentials, axes))),
  );
}

/** The shift cancels out, so no gradient needs to flow through the maximum. */
function shifted(b: Builder, x: Value): Value {
  return sub(b, x, stopGradient(b, overLast(b, x, max)));
}

/** Reduces the last axis and repeats the result along it. */
function overLast(
  b: Builder,
  x: Value,
  reduce: (b: Builder, x: Value, axes: readonly number[]) => Value,
): Value {
  const axes = [x.type.shape.length - 1];
  return restore(b, reduce(b, x, axes), x.type.shape, axes);
}

import type { Builder, Value } from '../ir/builder.ts';
import { div } from './div.ts';
import { exp } from './exp.ts';
import { log } from './log.ts';
import { maximum } from './max.ts';
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

/** Scores that do not count are taken for this: far below any other, and finite, so that no difference is NaN. */
const LOWEST = -1e30;
/** Smallest sum that is divided by; a row with a score that counts has at least 1. */
const TINY = 1e-30;

/** Softmax over the last axis among the scores that count. The others get 0; a row in which none counts is all 0. */
export function maskedSoftmax(b: Builder, x: Value, counts: Value): Value {
  const weights = exp(b, shifted(b, select(b, counts, x, LOWEST)));
  const exponentials = select(b, counts, weights, 0);
  return div(b, exponentials, maximum(b, overLast(b, exponentials, sum), TINY));
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

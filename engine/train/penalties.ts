import type { TrainingSettings } from '../graph/document.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { div } from '../ops/div.ts';
import { maximum } from '../ops/max.ts';
import { mul } from '../ops/mul.ts';
import { sum } from '../ops/reduce-sum.ts';
import { reshape } from '../ops/reshape.ts';
import { sign } from '../ops/sign.ts';
import { sqrt } from '../ops/sqrt.ts';

/** What keeps kernels small, beside the loss: its value as reported stays that of the data, comparable between splits. */

/** The gradient with those of `l1·Σ|w|` and `l2·½‖w‖²`. */
export function penalised(b: Builder, { l1, l2 }: TrainingSettings, kernel: Value, gradient: Value): Value {
  const squared = l2 > 0 ? add(b, gradient, mul(b, kernel, l2)) : gradient;
  return l1 > 0 ? add(b, squared, mul(b, sign(b, kernel), l1)) : squared;
}

/**
 * A kernel whose weights into each unit (its last axis) are no longer than `limit` as a vector.
 * Source: Srivastava et al., *Dropout*, JMLR 2014, section 5.1.
 */
export function limitNorm(b: Builder, kernel: Value, limit: number): Value {
  const { shape } = kernel.type;
  const axes = shape.slice(0, -1).map((_, axis) => axis);
  const norms = sqrt(b, sum(b, mul(b, kernel, kernel), axes));
  const factor = div(b, limit, maximum(b, norms, limit));
  return mul(b, kernel, reshape(b, factor, [...axes.map(() => 1), shape[shape.length - 1]]));
}

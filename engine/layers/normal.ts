import type { Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { cos } from '../ops/cos.ts';
import { log } from '../ops/log.ts';
import { mul } from '../ops/mul.ts';
import { sqrt } from '../ops/sqrt.ts';
import { sub } from '../ops/sub.ts';

/** Numbers of the standard normal distribution from uniform ones in [0, 1). Box & Muller, 1958. */
export function normal(b: Builder, random: (shape: Shape) => Value, shape: Shape): Value {
  // 1 minus a number in [0, 1) is never 0, and GPUs know cosines best between −π and π.
  const radius = sqrt(b, mul(b, log(b, sub(b, 1, random(shape))), -2));
  const angle = mul(b, sub(b, random(shape), 0.5), 2 * Math.PI);
  return mul(b, radius, cos(b, angle));
}

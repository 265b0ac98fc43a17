import { number } from '../core/fields.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { mean } from '../ops/mean.ts';
import { mul } from '../ops/mul.ts';
import { restore } from '../ops/reduction.ts';
import { rsqrt } from '../ops/rsqrt.ts';
import { sub } from '../ops/sub.ts';
import type { Weight } from './layer.ts';

/** What normalisation layers share. */

export const epsilonField = number({
  label: 'Epsilon',
  help: 'Added to the variance, so that nothing is divided by 0.',
  default: 1e-5,
  min: 0,
  exclusiveMin: true,
  advanced: true,
});

export const normScale = (extent: number): Weight => ({
  name: 'scale',
  shape: [extent],
  init: { kind: 'constant', value: 1 },
  role: 'parameter',
  decay: false,
});

export const normOffset = (extent: number): Weight => ({
  name: 'offset',
  shape: [extent],
  init: { kind: 'zeros' },
  role: 'parameter',
  decay: false,
});

/** Brings what shares the other axes to mean 0 and deviation 1 over these. */
export function standardise(b: Builder, x: Value, axes: readonly number[], epsilon: number): Value {
  const { shape } = x.type;
  const centred = sub(b, x, restore(b, mean(b, x, axes), shape, axes));
  const variance = mean(b, mul(b, centred, centred), axes);
  return mul(b, centred, restore(b, rsqrt(b, add(b, variance, epsilon)), shape, axes));
}

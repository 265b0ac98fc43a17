import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { erf } from '../ops/erf.ts';
import { maximum } from '../ops/max.ts';
import { mul } from '../ops/mul.ts';
import { sigmoid } from '../ops/sigmoid.ts';

/** Functions that are layers of their own and part of others. */
export const ACTIVATIONS = {
  relu: (b: Builder, x: Value): Value => maximum(b, x, 0),
  gelu: (b: Builder, x: Value): Value => mul(b, mul(b, x, 0.5), add(b, erf(b, mul(b, x, Math.SQRT1_2)), 1)),
  silu: (b: Builder, x: Value): Value => mul(b, x, sigmoid(b, x)),
};

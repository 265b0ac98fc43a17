import type { Builder, Value } from '../ir/builder.ts';
import { less } from './less.ts';
import { mul } from './mul.ts';
import { select } from './select.ts';

/** Values whose draw from [0, 1) is below the rate become 0; the others are divided by 1 - rate. */
export function dropout(b: Builder, x: Value, draws: Value, rate: number): Value {
  return select(b, less(b, draws, rate), 0, mul(b, x, 1 / (1 - rate)));
}

import { number } from '../core/fields.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { less } from '../ops/less.ts';
import { mul } from '../ops/mul.ts';
import { select } from '../ops/select.ts';

/** What layers share that hide values while training. */

export const rateField = (standard: number, what: string) =>
  number({
    label: 'Rate',
    help: `Share of the ${what} that are hidden.`,
    default: standard,
    min: 0,
    max: 1,
    exclusiveMax: true,
  });

/** Makes values 0 where `uniform` is below the rate, and raises the others, so that the sum stays the same on average. */
export function drop(b: Builder, x: Value, uniform: Value, rate: number): Value {
  return select(b, less(b, uniform, rate), 0, mul(b, x, 1 / (1 - rate)));
}

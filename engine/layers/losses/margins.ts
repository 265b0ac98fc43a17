import { boolean, number } from '../../core/fields.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { maximum } from '../../ops/max.ts';
import { mul } from '../../ops/mul.ts';

/** What losses share that are 0 from a margin on. */

export const marginField = (help: string, standard: number) =>
  number({ label: 'Margin', help, default: standard, min: 0 });

export const squaredField = boolean({
  label: 'Squared',
  help: 'Squares what is short of the margin, so that large errors count more.',
  default: false,
  advanced: true,
});

/** What is missing to the margin, or its square; 0 where nothing is. */
export function shortfall(b: Builder, missing: Value, squared = false): Value {
  const hinge = maximum(b, missing, 0);
  return squared ? mul(b, hinge, hinge) : hinge;
}

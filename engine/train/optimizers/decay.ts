import { number } from '../../core/fields.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { mul } from '../../ops/mul.ts';
import { sub } from '../../ops/sub.ts';

/** Decoupled weight decay (Loshchilov & Hutter, ICLR 2019), for every optimizer that has it. */

export const weightDecayField = (value: number) =>
  number({
    label: 'Weight decay',
    help: 'Share of a kernel that is taken away at each step, times the learning rate.',
    default: value,
    min: 0,
  });

/** `w − α·λ·w`, of kernels only. */
export function decayed(
  b: Builder,
  context: {
    readonly parameter: Value;
    readonly learningRate: Value;
    readonly decay: boolean;
    readonly params: { readonly weightDecay: number };
  },
): Value {
  const { parameter, learningRate, decay, params } = context;
  return decay ? sub(b, parameter, mul(b, mul(b, learningRate, params.weightDecay), parameter)) : parameter;
}

import type { Fields, ParamsOf } from '../core/fields.ts';
import type { Value } from '../ir/builder.ts';
import { concat } from '../ops/concat.ts';
import { fill } from '../ops/constant.ts';
import { section } from './sections.ts';
import type { StepContext } from './stepwise.ts';
import { windowOf, type WindowParams } from './window.ts';

type Step<F extends Fields> = Pick<StepContext<F>, 'b' | 'inputs' | 'keep'> & {
  readonly params: ParamsOf<F> & Required<WindowParams>;
};

/**
 * The place of a causal filter that ends at the position that arrives; the inputs before it are kept. `filter` gets what it sees, or the
 * result is why there is none.
 */
export function causalStep<F extends Fields>(
  { b, inputs, params, keep }: Step<F>,
  filter: (seen: Value, window: ReturnType<typeof windowOf>) => Value,
): Value | string {
  const { size, stride, dilation, padding } = params;
  if (padding !== 'causal' || stride[0] !== 1)
    return 'only with causal padding and stride 1 it sees no later position';
  const [x] = inputs.input;
  const [batch, , channels] = x.type.shape;
  const reach = (size[0] - 1) * dilation[0];
  const past = reach > 0 ? keep('past', (begin) => fill(begin.b, 0, [batch, reach, channels])) : undefined;
  const seen = past ? concat(b, [past.value, x], 1) : x;
  past?.write(section(b, seen, 1, 1, reach));
  return filter(seen, windowOf({ size, stride, dilation, padding: 'valid' }, [reach + 1]));
}

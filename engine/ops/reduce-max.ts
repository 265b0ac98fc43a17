import type { Builder, Value } from '../ir/builder.ts';
import { cast } from './cast.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { mul } from './mul.ts';
import { sum } from './reduce-sum.ts';
import { reduction, restore } from './reduction.ts';

const record = reduction({
  name: 'reduce-max',
  doc: 'Maximum over axes; equal maxima share the gradient.',
  combine: 'max',
  evaluate: (elements) => elements.reduce((most, element) => Math.max(most, element), -Infinity),
  vjp: (b, { gradient, inputs: [x], result, attributes: { axes } }) => {
    const { shape } = x.type;
    const chosen = cast(b, equal(b, x, restore(b, result, shape, axes)), 'f32');
    const share = div(b, gradient, sum(b, chosen, axes));
    return mul(b, chosen, restore(b, share, shape, axes));
  },
});
export default record;

export const max = (b: Builder, x: Value, axes: readonly number[]): Value =>
  axes.length === 0 ? x : b.emit(record, [x], { axes });

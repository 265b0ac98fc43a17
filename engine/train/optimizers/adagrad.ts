import { number } from '../../core/fields.ts';
import { add } from '../../ops/add.ts';
import { div } from '../../ops/div.ts';
import { mul } from '../../ops/mul.ts';
import { sqrt } from '../../ops/sqrt.ts';
import { sub } from '../../ops/sub.ts';
import { momentFields } from './moments.ts';
import { defineOptimizer } from './optimizer.ts';

export default defineOptimizer({
  id: 'adagrad',
  title: 'Adagrad',
  doc:
    'Steps that shrink with all the gradient seen so far: `s ← s + g²`, `w ← w − α·g / (√s + ε)`. Rare features keep large steps.\n\n' +
    'Source: Duchi, Hazan & Singer, *Adaptive Subgradient Methods*, JMLR 12, 2011.',
  fields: {
    learningRate: number({
      label: 'Learning rate',
      help: 'How far a weight moves in the first step.',
      default: 0.01,
      min: 0,
      exclusiveMin: true,
    }),
    epsilon: momentFields.epsilon,
  },
  shared: [],
  advance: () => ({}),
  slots: () => ['square'],
  update(b, { params: { epsilon }, parameter, gradient, slots, learningRate }) {
    const square = add(b, slots.square, mul(b, gradient, gradient));
    const direction = div(b, gradient, add(b, sqrt(b, square), epsilon));
    return { parameter: sub(b, parameter, mul(b, learningRate, direction)), slots: { square } };
  },
});

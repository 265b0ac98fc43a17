import { number } from '../../core/fields.ts';
import { add } from '../../ops/add.ts';
import { div } from '../../ops/div.ts';
import { mul } from '../../ops/mul.ts';
import { sqrt } from '../../ops/sqrt.ts';
import { sub } from '../../ops/sub.ts';
import { momentFields } from './moments.ts';
import { defineOptimizer } from './optimizer.ts';

export default defineOptimizer({
  id: 'rmsprop',
  title: 'RMSprop',
  doc:
    'Divides each step by a running root mean square of the gradient: `v ← ρ·v + (1−ρ)·g²`, `w ← w − α·g / (√v + ε)`.\n\n' +
    'Source: Tieleman & Hinton, *Neural Networks for Machine Learning*, lecture 6.5, 2012.',
  fields: {
    learningRate: momentFields.learningRate,
    rho: number({
      label: 'ρ',
      help: 'Share of the running mean of the squared gradient that is kept at each step.',
      default: 0.9,
      min: 0,
      max: 1,
      exclusiveMax: true,
      advanced: true,
    }),
    epsilon: momentFields.epsilon,
  },
  shared: [],
  advance: () => ({}),
  slots: () => ['square'],
  update(b, { params: { rho, epsilon }, parameter, gradient, slots, learningRate }) {
    const square = add(b, mul(b, slots.square, rho), mul(b, mul(b, gradient, gradient), 1 - rho));
    const direction = div(b, gradient, add(b, sqrt(b, square), epsilon));
    return { parameter: sub(b, parameter, mul(b, learningRate, direction)), slots: { square } };
  },
});

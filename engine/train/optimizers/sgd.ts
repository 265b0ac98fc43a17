import { boolean, number } from '../../core/fields.ts';
import { add } from '../../ops/add.ts';
import { mul } from '../../ops/mul.ts';
import { sub } from '../../ops/sub.ts';
import { defineOptimizer, type Updated } from './optimizer.ts';

export default defineOptimizer({
  id: 'sgd',
  title: 'SGD',
  doc:
    'Stochastic gradient descent with momentum μ: `v ← μ·v + g`, `w ← w − α·v`. With Nesterov momentum ' +
    '`w ← w − α·(g + μ·v)`.\n\n' +
    'Source: Sutskever et al., *On the importance of initialization and momentum in deep learning*, ICML 2013, in the ' +
    'form that PyTorch uses (the learning rate multiplies the velocity).',
  fields: {
    learningRate: number({
      label: 'Learning rate',
      help: 'Length of a step along the negative gradient.',
      default: 0.01,
      min: 0,
      exclusiveMin: true,
    }),
    momentum: number({
      label: 'Momentum',
      help: 'Share of the previous step that is kept; 0 turns it off.',
      default: 0.9,
      min: 0,
      max: 1,
      exclusiveMax: true,
    }),
    nesterov: boolean({
      label: 'Nesterov',
      help: 'Looks ahead along the velocity before it measures the slope.',
      default: false,
    }),
  },
  shared: [],
  advance: () => ({}),
  slots: ({ momentum }) => (momentum > 0 ? ['velocity'] : []),
  update(b, { params: { momentum, nesterov }, parameter, gradient, slots, learningRate }): Updated {
    if (momentum === 0) return { parameter: sub(b, parameter, mul(b, learningRate, gradient)), slots: {} };
    const velocity = add(b, mul(b, slots.velocity, momentum), gradient);
    const direction = nesterov ? add(b, gradient, mul(b, velocity, momentum)) : velocity;
    return { parameter: sub(b, parameter, mul(b, learningRate, direction)), slots: { velocity } };
  },
});

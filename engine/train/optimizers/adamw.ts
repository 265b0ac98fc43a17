import { number } from '../../core/fields.ts';
import { mul } from '../../ops/mul.ts';
import { sub } from '../../ops/sub.ts';
import { CORRECTIONS, advanceCorrections, momentFields, momentSlots, moments } from './moments.ts';
import { defineOptimizer } from './optimizer.ts';

export default defineOptimizer({
  id: 'adamw',
  title: 'AdamW',
  doc:
    'Adam with decoupled weight decay λ: `w ← w − α·λ·w − α·m̂ / (√v̂ + ε)`, the moments as in Adam. Kernels decay; ' +
    'biases and the parameters of norms do not.\n\n' +
    'Source: Loshchilov & Hutter, *Decoupled Weight Decay Regularization*, ICLR 2019, algorithm 2.',
  fields: {
    ...momentFields,
    weightDecay: number({
      label: 'Weight decay',
      help: 'Share of a kernel that is taken away at each step, times the learning rate.',
      default: 0.01,
      min: 0,
    }),
  },
  shared: CORRECTIONS,
  advance: advanceCorrections,
  slots: momentSlots,
  update(b, { params, parameter, gradient, slots, shared, learningRate, decay }) {
    const next = moments(b, params, gradient, slots, shared);
    const kept = decay
      ? sub(b, parameter, mul(b, mul(b, learningRate, params.weightDecay), parameter))
      : parameter;
    return { parameter: sub(b, kept, mul(b, learningRate, next.direction)), slots: next.slots };
  },
});

import { mul } from '../../ops/mul.ts';
import { sub } from '../../ops/sub.ts';
import { decayed, weightDecayField } from './decay.ts';
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
    weightDecay: weightDecayField(0.01),
  },
  shared: CORRECTIONS,
  advance: advanceCorrections,
  slots: momentSlots,
  update(b, context) {
    const { params, gradient, slots, shared, learningRate } = context;
    const next = moments(b, params, gradient, slots, shared);
    return {
      parameter: sub(b, decayed(b, context), mul(b, learningRate, next.direction)),
      slots: next.slots,
    };
  },
});

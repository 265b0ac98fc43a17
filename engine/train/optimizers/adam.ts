import { mul } from '../../ops/mul.ts';
import { sub } from '../../ops/sub.ts';
import { CORRECTIONS, advanceCorrections, momentFields, momentSlots, moments } from './moments.ts';
import { defineOptimizer } from './optimizer.ts';

export default defineOptimizer({
  id: 'adam',
  title: 'Adam',
  doc:
    'Adaptive moments: `m ← β₁·m + (1−β₁)·g`, `v ← β₂·v + (1−β₂)·g²`, `w ← w − α·m̂ / (√v̂ + ε)` with ' +
    '`m̂ = m / (1−β₁ᵗ)` and `v̂ = v / (1−β₂ᵗ)`.\n\n' +
    'Source: Kingma & Ba, *Adam: A Method for Stochastic Optimization*, ICLR 2015, algorithm 1.',
  fields: momentFields,
  shared: CORRECTIONS,
  advance: advanceCorrections,
  slots: momentSlots,
  update(b, { params, parameter, gradient, slots, shared, learningRate }) {
    const next = moments(b, params, gradient, slots, shared);
    return { parameter: sub(b, parameter, mul(b, learningRate, next.direction)), slots: next.slots };
  },
});

import { number } from '../../core/fields.ts';
import { add } from '../../ops/add.ts';
import { mul } from '../../ops/mul.ts';
import { sign } from '../../ops/sign.ts';
import { sub } from '../../ops/sub.ts';
import { decayed, weightDecayField } from './decay.ts';
import { momentFields } from './moments.ts';
import { defineOptimizer } from './optimizer.ts';

export default defineOptimizer({
  id: 'lion',
  title: 'Lion',
  doc:
    'Every weight moves by the same amount, in the direction of `u = sign(β₁·m + (1−β₁)·g)`: `w ← w − α·(u + λ·w)`, then ' +
    '`m ← β₂·m + (1−β₂)·g`. Keeps one number per weight where Adam keeps two. Kernels decay by λ; biases and the parameters of ' +
    'norms do not. Wants a learning rate 3 to 10 times smaller than Adam’s.\n\n' +
    'Source: Chen et al., *Symbolic Discovery of Optimization Algorithms*, NeurIPS 2023, algorithm 2.',
  fields: {
    learningRate: number({
      label: 'Learning rate',
      help: 'How far every weight moves in one step.',
      default: 0.0001,
      min: 0,
      exclusiveMin: true,
    }),
    beta1: momentFields.beta1,
    beta2: { ...momentFields.beta2, help: 'Share of the momentum that is kept at each step.', default: 0.99 },
    weightDecay: weightDecayField(0),
  },
  shared: [],
  advance: () => ({}),
  slots: () => ['momentum'],
  update(b, context) {
    const { params, gradient, slots, learningRate } = context;
    const blend = (kept: number) => add(b, mul(b, slots.momentum, kept), mul(b, gradient, 1 - kept));
    const step = mul(b, learningRate, sign(b, blend(params.beta1)));
    return { parameter: sub(b, decayed(b, context), step), slots: { momentum: blend(params.beta2) } };
  },
});

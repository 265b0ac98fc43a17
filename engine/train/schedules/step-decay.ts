import { int, number } from '../../core/fields.ts';
import { fill } from '../../ops/constant.ts';
import { div } from '../../ops/div.ts';
import { floor } from '../../ops/floor.ts';
import { pow } from '../../ops/pow.ts';
import { defineSchedule, warmed, warmupField } from './schedule.ts';

export default defineSchedule({
  id: 'step-decay',
  title: 'Step decay',
  doc:
    'Every few epochs the learning rate falls by a factor. $\\alpha_t = \\alpha \\gamma^{\\lfloor e / n \\rfloor}$ in the epoch $e$. ' +
    'The classic of residual networks: He et al., CVPR 2016.',
  fields: {
    every: int({ label: 'Every … epochs', help: 'Epochs from one fall to the next.', default: 10, min: 1 }),
    gamma: number({
      label: 'Factor',
      help: 'What the learning rate is multiplied by.',
      default: 0.1,
      min: 0.001,
      max: 1,
    }),
    warmup: warmupField,
  },
  wholeRun: false,
  factor(b, { step, stepsPerEpoch, params: { every, gamma, warmup } }) {
    const falls = floor(b, div(b, step, stepsPerEpoch * every));
    return warmed(b, pow(b, fill(b, gamma, []), falls), step, warmup);
  },
});

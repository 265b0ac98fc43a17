import { number } from '../../core/fields.ts';
import { add } from '../../ops/add.ts';
import { mul } from '../../ops/mul.ts';
import { defineSchedule, progress, warmed, warmupField } from './schedule.ts';

export default defineSchedule({
  id: 'linear',
  title: 'Linear',
  doc:
    'The learning rate falls evenly until the end of the run. $\\alpha_t = \\alpha (1 - (1 - \\epsilon) p)$ with $p$ from 0 after the ' +
    'warm-up to 1. As BERT is trained: Devlin et al., 2019.',
  fields: {
    end: number({
      label: 'End',
      help: 'Share of the learning rate that is left at the end.',
      default: 0,
      min: 0,
      max: 1,
    }),
    warmup: warmupField,
  },
  wholeRun: true,
  factor(b, { step, steps, params: { end, warmup } }) {
    const falling = add(b, mul(b, progress(b, step, warmup, steps), end - 1), 1);
    return warmed(b, falling, step, warmup);
  },
});

import { number } from '../../core/fields.ts';
import { add } from '../../ops/add.ts';
import { cos } from '../../ops/cos.ts';
import { mul } from '../../ops/mul.ts';
import { defineSchedule, progress, warmed, warmupField } from './schedule.ts';

export default defineSchedule({
  id: 'cosine',
  title: 'Cosine',
  doc:
    'The learning rate falls along half a cosine, slowly at both ends of the run. ' +
    '$\\alpha_t = \\alpha (\\epsilon + (1 - \\epsilon) (1 + \\cos \\pi p) / 2)$ with $p$ from 0 after the warm-up to 1. ' +
    'Loshchilov & Hutter, *SGDR*, ICLR 2017, without restarts.',
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
    const wave = cos(b, mul(b, progress(b, step, warmup, steps), Math.PI));
    return warmed(b, add(b, mul(b, add(b, wave, 1), (1 - end) / 2), end), step, warmup);
  },
});

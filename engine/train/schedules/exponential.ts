import { number } from '../../core/fields.ts';
import { fill } from '../../ops/constant.ts';
import { div } from '../../ops/div.ts';
import { floor } from '../../ops/floor.ts';
import { pow } from '../../ops/pow.ts';
import { defineSchedule, warmed, warmupField } from './schedule.ts';

export default defineSchedule({
  id: 'exponential',
  title: 'Exponential',
  doc: 'Every epoch the learning rate falls by the same factor. $\\alpha_t = \\alpha \\gamma^e$ in the epoch $e$.',
  fields: {
    gamma: number({ label: 'Factor', help: 'Per epoch.', default: 0.95, min: 0.001, max: 1 }),
    warmup: warmupField,
  },
  wholeRun: false,
  factor(b, { step, stepsPerEpoch, params: { gamma, warmup } }) {
    const epoch = floor(b, div(b, step, stepsPerEpoch));
    return warmed(b, pow(b, fill(b, gamma, []), epoch), step, warmup);
  },
});

import { fill } from '../../ops/constant.ts';
import { defineSchedule, warmed, warmupField } from './schedule.ts';

export default defineSchedule({
  id: 'constant',
  title: 'Constant',
  doc: 'The learning rate stays as it is, after a warm-up where one is set.',
  fields: { warmup: warmupField },
  wholeRun: false,
  factor: (b, { step, params: { warmup } }) => warmed(b, fill(b, 1, []), step, warmup),
});

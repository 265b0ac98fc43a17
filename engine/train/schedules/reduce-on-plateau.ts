import { int, number } from '../../core/fields.ts';
import { add } from '../../ops/add.ts';
import { less } from '../../ops/less.ts';
import { maximum } from '../../ops/max.ts';
import { mul } from '../../ops/mul.ts';
import { select } from '../../ops/select.ts';
import { HIGHEST, defineSchedule, warmed, warmupField } from './schedule.ts';

export default defineSchedule({
  id: 'reduce-on-plateau',
  title: 'Reduce on plateau',
  doc:
    'The learning rate falls whenever the validation loss has stopped falling: after more than `patience` epochs without a loss ' +
    'below $(1 - \\epsilon)$ times the best one, it is multiplied by the factor. It needs rows for validation.',
  fields: {
    factor: number({
      label: 'Factor',
      help: 'What the learning rate is multiplied by.',
      default: 0.1,
      min: 0,
      max: 1,
      exclusiveMin: true,
      exclusiveMax: true,
    }),
    patience: int({
      label: 'Patience',
      help: 'Epochs without improvement that are put up with.',
      default: 10,
      min: 0,
    }),
    threshold: number({
      label: 'Threshold',
      help: 'Share of the best loss by which a loss must be lower to count as an improvement.',
      default: 1e-4,
      min: 0,
      max: 1,
      exclusiveMax: true,
      advanced: true,
    }),
    least: number({
      label: 'Least',
      help: 'Share of the learning rate below which it does not fall.',
      default: 0,
      min: 0,
      max: 1,
      advanced: true,
    }),
    warmup: warmupField,
  },
  wholeRun: false,
  watch: {
    first: { factor: 1, best: HIGHEST, waited: 0 },
    advance(b, { params, scalars, loss }) {
      const improved = less(b, loss, mul(b, scalars.best, 1 - params.threshold));
      const waited = select(b, improved, 0, add(b, scalars.waited, 1));
      const reduces = less(b, params.patience, waited);
      const reduced = maximum(b, mul(b, scalars.factor, params.factor), params.least);
      return {
        factor: select(b, reduces, reduced, scalars.factor),
        best: select(b, improved, loss, scalars.best),
        waited: select(b, reduces, 0, waited),
      };
    },
  },
  factor: (b, { params, step, scalars }) => warmed(b, scalars.factor, step, params.warmup),
});

import { sameShape } from '../../core/shape.ts';
import { cast } from '../../ops/cast.ts';
import { equal } from '../../ops/equal.ts';
import { less } from '../../ops/less.ts';
import { meanPerExample } from '../../layers/losses/positions.ts';
import type { MetricRecord } from './metric.ts';

const record: MetricRecord = {
  id: 'binary-accuracy',
  title: 'Accuracy',
  doc: 'Share of decisions that are right: a score above 0 says yes, and a target above ½ is one.',
  higherIsBetter: true,
  applies: ({ shape }, target) => target.dtype === 'f32' && sameShape(shape, target.shape),
  perExample(b, prediction, target, counts) {
    const right = equal(b, cast(b, less(b, 0, prediction), 'f32'), cast(b, less(b, 0.5, target), 'f32'));
    return meanPerExample(b, cast(b, right, 'f32'), counts);
  },
  finish: (mean) => mean,
};
export default record;

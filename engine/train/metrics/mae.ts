import { sameShape } from '../../core/shape.ts';
import { abs } from '../../ops/abs.ts';
import { sub } from '../../ops/sub.ts';
import { meanPerExample } from '../../layers/losses/positions.ts';
import type { MetricRecord } from './metric.ts';

const record: MetricRecord = {
  id: 'mae',
  title: 'Mean absolute error',
  doc: '`Σ |prediction − target| / n`, in the unit of the target.',
  higherIsBetter: false,
  applies: (prediction, target) => target.dtype === 'f32' && sameShape(prediction.shape, target.shape),
  perExample: (b, prediction, target, counts) =>
    meanPerExample(b, abs(b, sub(b, prediction, target)), counts),
  finish: (mean) => mean,
};
export default record;

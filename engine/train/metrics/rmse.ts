import { sameShape } from '../../core/shape.ts';
import { mul } from '../../ops/mul.ts';
import { sub } from '../../ops/sub.ts';
import { meanPerExample } from '../../layers/losses/positions.ts';
import type { MetricRecord } from './metric.ts';

const record: MetricRecord = {
  id: 'rmse',
  title: 'Root mean squared error',
  doc: '`√(Σ (prediction − target)² / n)`, in the unit of the target.',
  higherIsBetter: false,
  applies: (prediction, target) => target.dtype === 'f32' && sameShape(prediction.shape, target.shape),
  perExample(b, prediction, target, counts) {
    const error = sub(b, prediction, target);
    return meanPerExample(b, mul(b, error, error), counts);
  },
  finish: Math.sqrt,
};
export default record;

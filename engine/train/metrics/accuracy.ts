import { sameShape } from '../../core/shape.ts';
import { argmax } from '../../ops/argmax.ts';
import { cast } from '../../ops/cast.ts';
import { equal } from '../../ops/equal.ts';
import { meanPerExample } from '../../layers/losses/positions.ts';
import type { MetricRecord } from './metric.ts';

const record: MetricRecord = {
  id: 'accuracy',
  title: 'Accuracy',
  doc: 'Share of examples, or of positions that count, whose highest score is that of the right class. Ties go to the first class.',
  higherIsBetter: true,
  applies: ({ shape }, target) =>
    shape.length >= 2 && (isSparse(shape, target.dtype, target.shape) || sameShape(shape, target.shape)),
  perExample(b, prediction, target, counts) {
    const classes = prediction.type.shape.length - 1;
    const right = isSparse(prediction.type.shape, target.type.dtype, target.type.shape)
      ? cast(b, target, 'i32')
      : argmax(b, target, classes);
    return meanPerExample(b, cast(b, equal(b, argmax(b, prediction, classes), right), 'f32'), counts);
  },
  finish: (mean) => mean,
};
export default record;

/** True where the target holds class indices rather than one score per class. */
function isSparse(prediction: readonly number[], dtype: string, target: readonly number[]): boolean {
  return dtype !== 'f32' && sameShape(prediction.slice(0, -1), target);
}

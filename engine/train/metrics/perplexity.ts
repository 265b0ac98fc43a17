import { sameShape } from '../../core/shape.ts';
import { meanPerExample } from '../../layers/losses/positions.ts';
import { mul } from '../../ops/mul.ts';
import { neg } from '../../ops/neg.ts';
import { oneHot } from '../../ops/one-hot.ts';
import { sum } from '../../ops/reduce-sum.ts';
import { logSoftmax } from '../../ops/softmax.ts';
import type { MetricRecord } from './metric.ts';

const record: MetricRecord = {
  id: 'perplexity',
  title: 'Perplexity',
  doc:
    '`exp(−Σ ln p(target) / n)` over the positions of all sequences that count: among how many equally likely tokens the model ' +
    'seems to choose. Label smoothing and class weights do not change it.',
  higherIsBetter: false,
  applies: ({ shape }, target) =>
    shape.length === 3 && target.dtype === 'i32' && sameShape(shape.slice(0, 2), target.shape),
  perExample(b, prediction, target, counts) {
    const { shape } = prediction.type;
    const right = oneHot(b, target, shape[2]);
    return meanPerExample(b, neg(b, sum(b, mul(b, right, logSoftmax(b, prediction)), [2])), counts);
  },
  finish: Math.exp,
};
export default record;

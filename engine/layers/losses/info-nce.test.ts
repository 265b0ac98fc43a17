import { checkLayer } from '../../../tests/conformance/layer-harness.ts';
import layer from './info-nce.ts';

const x = [{ shape: [2, 2], values: [1, 0, 0, 2] }];
const y = [{ shape: [2, 2], values: [3, 4, 0, 1] }];
/** −ln of the share of the first of the scores. */
const missed = (...scores: number[]) =>
  Math.log(scores.reduce((sum, score) => sum + Math.exp(score / 0.5), 0)) - scores[0] / 0.5;

checkLayer(layer, [
  {
    name: 'among the other view',
    params: { temperature: 0.5 },
    inputs: { x, y },
    expected: [(missed(0.6, 0) + missed(0.6, 0.8)) / 2, (missed(1, 0.8) + missed(1, 0)) / 2],
  },
  {
    name: 'among both views',
    params: { temperature: 0.5, others: 'both views' },
    inputs: { x, y },
    expected: [(missed(0.6, 0, 0) + missed(0.6, 0.8, 0.8)) / 2, (missed(1, 0.8, 0) + missed(1, 0, 0.8)) / 2],
  },
  {
    name: 'more of them',
    params: { others: 'both views' },
    inputs: { x: [{ shape: [5, 7] }], y: [{ shape: [5, 7] }] },
    tolerance: 1e-5,
  },
]);

checkLayer(
  layer,
  [
    {
      name: 'the scores that its accuracy is measured on',
      params: { temperature: 1 },
      inputs: { x, y },
      expected: [0.6, 0, 0.8, 1],
    },
  ],
  'scores',
);

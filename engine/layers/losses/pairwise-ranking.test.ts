import { expect, it } from 'vitest';
import { checkLayer } from '../../../tests/conformance/layer-harness.ts';
import { defaultsOf } from '../../core/fields.ts';
import layer from './pairwise-ranking.ts';

const loss = (difference: number): number => -Math.log(1 / (1 + Math.exp(-difference)));

checkLayer(layer, [
  {
    name: 'the mean over wrong answers',
    inputs: {
      right: [{ shape: [2, 1], values: [1, -2] }],
      wrong: [{ shape: [2, 2], values: [0, 3, -2.5, 0.5] }],
    },
    expected: [(loss(1) + loss(-2)) / 2, (loss(0.5) + loss(-2.5)) / 2],
  },
  {
    name: 'scores that are far apart',
    inputs: {
      right: [{ shape: [2, 1], values: [200, -200] }],
      wrong: [{ shape: [2, 1], values: [-200, 200] }],
    },
    expected: [0, 400],
  },
]);

it('wants one right score', () => {
  const score = (width: number) => [{ dtype: 'f32', shape: ['batch', width] } as const];
  const result = layer.infer({
    inputs: { right: score(2), wrong: score(2) },
    params: defaultsOf(layer.fields),
  });
  expect(result.problems).toMatchObject([{ port: 'right', expected: 'f32[batch × 1]' }]);
});

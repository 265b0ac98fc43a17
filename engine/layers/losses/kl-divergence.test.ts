import { expect, it } from 'vitest';
import { checkLayer } from '../../../tests/conformance/layer-harness.ts';
import { defaultsOf } from '../../core/fields.ts';
import layer from './kl-divergence.ts';

const half = { shape: [2, 2], values: [0, 0, 0, 0] };
const target = { shape: [2, 2], values: [0.5, 0.5, 0.25, 0.75] };
const divergence = 0.25 * Math.log(0.5) + 0.75 * Math.log(1.5);

checkLayer(layer, [
  { name: 'scores', inputs: { prediction: [half], target: [target] }, expected: [0, divergence] },
  {
    name: 'probabilities',
    params: { from: 'probabilities' },
    inputs: {
      prediction: [{ shape: [1, 2], values: [0.25, 0.75] }],
      target: [{ shape: [1, 2], values: [0.5, 0.5] }],
    },
    expected: [0.5 * Math.log(2) + 0.5 * Math.log(2 / 3)],
  },
  {
    name: 'targets of 0 and 1',
    inputs: { prediction: [half], target: [{ shape: [2, 2], values: [0, 1, 1, 0] }] },
    expected: [Math.LN2, Math.LN2],
    differentiable: false,
  },
  {
    name: 'positions that count',
    inputs: {
      prediction: [{ shape: [1, 2, 2], values: half.values }],
      target: [{ shape: [1, 2, 2], values: target.values }],
      mask: [{ shape: [1, 2], dtype: 'bool', values: [0, 1] }],
    },
    expected: [divergence],
  },
]);

it('wants probabilities', () => {
  const inputs = {
    prediction: [{ dtype: 'f32', shape: ['batch', 3] }],
    target: [{ dtype: 'i32', shape: ['batch'] }],
  } as const;
  expect(layer.infer({ inputs, params: defaultsOf(layer.fields) }).problems).toMatchObject([
    { code: 'LAYER_INPUT', port: 'target', expected: 'f32[batch × 3]' },
  ]);
});

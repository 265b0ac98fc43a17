import { expect, it } from 'vitest';
import { checkLayer } from '../../../tests/conformance/layer-harness.ts';
import { defaultsOf } from '../../core/fields.ts';
import layer from './multi-class-hinge.ts';

const prediction = [{ shape: [2, 3], values: [2, 1.5, -1, 0.25, 1, 0.5] }];
const target = [{ shape: [2], dtype: 'i32', values: [0, 2] } as const];

checkLayer(layer, [
  { name: 'class indices', inputs: { prediction, target }, expected: [0.5 / 3, (0.75 + 1.5) / 3] },
  {
    name: 'squared, with another margin',
    params: { squared: true, margin: 2 },
    inputs: { prediction, target },
    expected: [2.25 / 3, (1.75 ** 2 + 2.5 ** 2) / 3],
  },
  {
    name: 'positions that count',
    params: { ignore: 1 },
    inputs: {
      prediction: [{ shape: [1, 2, 3], values: [2, 1.5, -1, 0.25, 1, 0.5] }],
      target: [{ shape: [1, 2], dtype: 'i32', values: [0, 1] }],
    },
    expected: [0.5 / 3],
  },
]);

it('wants classes', () => {
  const inputs = {
    prediction: [{ dtype: 'f32', shape: ['batch', 3] }],
    target: [{ dtype: 'f32', shape: ['batch', 3] }],
  } as const;
  expect(layer.infer({ inputs, params: defaultsOf(layer.fields) }).problems).toMatchObject([
    { code: 'LAYER_INPUT', port: 'target' },
  ]);
});

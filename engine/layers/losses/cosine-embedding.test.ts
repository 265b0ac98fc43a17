import { expect, it } from 'vitest';
import { checkLayer } from '../../../tests/conformance/layer-harness.ts';
import { defaultsOf } from '../../core/fields.ts';
import layer from './cosine-embedding.ts';

const x = [{ shape: [3, 2], values: [1, 0, 1, 0, 1, 0] }];
const y = [{ shape: [3, 2], values: [3, 4, 3, 4, -3, 4] }];

checkLayer(layer, [
  {
    name: 'two classes',
    params: { margin: 0.25 },
    inputs: { x, y, target: [{ shape: [3], dtype: 'i32', values: [1, 0, 0] }] },
    expected: [0.4, 0.35, 0],
  },
  {
    name: 'signs',
    inputs: { x, y, target: [{ shape: [3, 1], values: [1, -1, 1] }] },
    expected: [0.4, 0.6, 1.6],
  },
]);

it('wants one target for each pair', () => {
  const row = { dtype: 'f32', shape: ['batch', 4] } as const;
  expect(
    layer.infer({ inputs: { x: [row], y: [row], target: [row] }, params: defaultsOf(layer.fields) }).problems,
  ).toMatchObject([{ code: 'LAYER_INPUT', port: 'target' }]);
});

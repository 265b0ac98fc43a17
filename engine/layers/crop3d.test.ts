import { expect, it } from 'vitest';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './crop3d.ts';

checkLayer(layer, [
  {
    name: 'borders',
    params: { border: [1, 0, 0, 1, 0, 1] },
    inputs: { input: [{ shape: [1, 2, 2, 2, 1], values: [1, 2, 3, 4, 5, 6, 7, 8] }] },
    expected: [5],
  },
]);

it('leaves something', () => {
  const input = [{ dtype: 'f32', shape: ['batch', 2, 4, 4, 1] }] as const;
  expect(layer.infer({ inputs: { input }, params: { border: [1, 1, 1, 1, 1, 1] } }).problems).toMatchObject([
    { code: 'LAYER_CROP' },
  ]);
});

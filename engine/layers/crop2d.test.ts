import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import layer from './crop2d.ts';

checkLayer(layer, [
  {
    name: 'other widths at each side',
    params: { border: [1, 0, 2, 1] },
    inputs: { input: [{ shape: [1, 2, 5, 1], values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }] },
    expected: [7, 8],
  },
]);

it('says so where nothing would be left', () => {
  const input = [{ dtype: 'f32', shape: ['batch', 2, 5, 1] }] as const;
  expect(layer.infer({ inputs: { input }, params: { border: [1, 1, 0, 0] } }).problems).toMatchObject([
    { code: 'LAYER_CROP', field: 'border' },
  ]);
});

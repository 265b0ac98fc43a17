import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import layer from './crop1d.ts';

checkLayer(layer, [
  {
    name: 'two channels',
    params: { border: [1, 2] },
    inputs: { input: [{ shape: [1, 4, 2], values: [1, 2, 3, 4, 5, 6, 7, 8] }] },
    expected: [3, 4],
  },
]);

it('says so where nothing would be left', () => {
  const input = [{ dtype: 'f32', shape: ['batch', 4, 2] }] as const;
  expect(layer.infer({ inputs: { input }, params: { border: [3, 1] } }).problems).toMatchObject([
    { code: 'LAYER_CROP', message: 'Nothing of the sequence would be left.' },
  ]);
});

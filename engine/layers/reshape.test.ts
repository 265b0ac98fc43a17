import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import layer from './reshape.ts';

checkLayer(layer, [
  {
    name: 'with an open extent',
    params: { shape: [2, -1] },
    inputs: { input: [{ shape: [3, 8] }] },
    expected: (x) => x,
  },
]);

it('says how many values the shape must hold', () => {
  const result = layer.infer({
    inputs: { input: [{ dtype: 'f32', shape: ['batch', 8] }] },
    params: { shape: [3, 3] },
  });
  expect(result.problems).toMatchObject([{ code: 'LAYER_RESHAPE', expected: 'a shape of 8 values' }]);
});

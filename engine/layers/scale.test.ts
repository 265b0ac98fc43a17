import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import layer from './scale.ts';

checkLayer(layer, [
  { name: 'rows', inputs: { input: [{ shape: [3, 4] }] } },
  { name: 'images, with an offset', params: { offset: true }, inputs: { input: [{ shape: [2, 2, 3, 5] }] } },
]);

it('starts at the factor that is set', () => {
  const inputs = { input: [{ dtype: 'f32', shape: ['batch', 4] } as const] };
  expect(layer.weights!({ inputs, params: { start: 0.1, offset: false } })).toMatchObject([
    { name: 'scale', shape: [4], init: { kind: 'constant', value: 0.1 } },
  ]);
});

import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import layer from './add.ts';

checkLayer(layer, [
  {
    name: 'three values',
    inputs: { inputs: [{ shape: [2, 3] }, { shape: [2, 3] }, { shape: [2, 3] }] },
    expected: (x, y, z) => x + y + z,
  },
]);

it('names the input that does not fit', () => {
  const inputs = [3, 4].map((width) => ({ dtype: 'f32', shape: ['batch', width] }) as const);
  expect(layer.infer({ inputs: { inputs }, params: {} }).problems).toMatchObject([
    { code: 'LAYER_INPUT', got: 'f32[batch × 4]', expected: 'f32[batch × 3]' },
  ]);
});

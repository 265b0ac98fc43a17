import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import layer from './subtract.ts';

checkLayer(layer, [
  {
    name: 'two rows',
    inputs: { x: [{ shape: [1, 3], values: [5, 1, 2] }], y: [{ shape: [1, 3], values: [1, 4, 2] }] },
    expected: [4, -3, 0],
  },
  {
    name: 'one number from each row',
    inputs: { x: [{ shape: [2, 2], values: [5, 1, 2, 7] }], y: [{ shape: [2, 1], values: [1, 4] }] },
    expected: [4, 0, -2, 3],
  },
]);

it('refuses values of other shapes, at the second port', () => {
  const type = (...shape: readonly number[]) => [{ dtype: 'f32', shape: ['batch', ...shape] } as const];
  const inputs = { x: type(4), y: type(3) };
  expect(layer.infer({ inputs, params: {} }).problems).toMatchObject([
    { code: 'LAYER_INPUT', port: 'y', got: 'f32[batch × 3]', expected: 'f32[batch × 4]' },
  ]);
});

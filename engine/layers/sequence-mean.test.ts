import { expect, it } from 'vitest';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './sequence-mean.ts';

const input = [{ shape: [2, 3, 2], values: [1, 2, 3, 4, 5, 9, -1, 0, 2, 4, 6, 8] }];

checkLayer(layer, [
  { name: 'all positions', inputs: { input, mask: [] }, expected: [3, 5, 7 / 3, 4] },
  {
    name: 'the positions of a mask, and none',
    inputs: { input, mask: [{ shape: [2, 3], dtype: 'bool', values: [1, 0, 1, 0, 0, 0] }] },
    expected: [3, 5.5, 0, 0],
  },
  {
    name: 'tokens as a mask',
    inputs: { input, mask: [{ shape: [2, 3], dtype: 'i32', values: [7, 0, 0, 2, 5, 0] }] },
    expected: [1, 2, 0.5, 2],
  },
  { name: 'longer sequences', inputs: { input: [{ shape: [3, 7, 5] }], mask: [] } },
]);

it('needs a mask of its length', () => {
  const inputs = {
    input: [{ dtype: 'f32', shape: ['batch', 6, 4] }],
    mask: [{ dtype: 'bool', shape: ['batch', 5] }],
  } as const;
  expect(layer.infer({ inputs, params: {} }).problems).toMatchObject([
    { code: 'LAYER_INPUT', port: 'mask', got: 'bool[batch × 5]', expected: 'bool[batch × 6]' },
  ]);
});

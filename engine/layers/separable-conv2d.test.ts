import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import { defaultsOf } from '../core/fields.ts';
import layer from './separable-conv2d.ts';

checkLayer(layer, [
  { name: 'same', params: { filters: 4, padding: 'same' }, inputs: { input: [{ shape: [2, 4, 3, 3] }] } },
  {
    name: 'several filters per channel, with stride, without bias',
    params: { filters: 2, multiplier: 2, stride: [2, 2], bias: false },
    inputs: { input: [{ shape: [1, 5, 7, 2] }] },
  },
]);

it('needs far fewer weights than a convolution', () => {
  const context = {
    inputs: { input: [{ dtype: 'f32', shape: ['batch', 8, 8, 16] } as const] },
    params: { ...defaultsOf(layer.fields), filters: 32 },
  };
  expect(layer.weights!(context).map(({ name, shape }) => [name, shape])).toEqual([
    ['depthwise-kernel', [3, 3, 16]],
    ['kernel', [1, 1, 16, 32]],
    ['bias', [32]],
  ]);
});

import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import { defaultsOf } from '../core/fields.ts';
import layer from './conv-transpose2d.ts';

checkLayer(layer, [
  { name: 'same', params: { filters: 3 }, inputs: { input: [{ shape: [2, 3, 2, 2] }] } },
  {
    name: 'valid, with other steps and dilation, without bias',
    params: { filters: 2, size: [3, 2], stride: [1, 2], dilation: [2, 1], padding: 'valid', bias: false },
    inputs: { input: [{ shape: [1, 3, 4, 2] }] },
  },
  {
    name: 'a stride that leaves gaps',
    params: { filters: 2, size: [1, 1], stride: [2, 2] },
    inputs: { input: [{ shape: [1, 2, 2, 2] }] },
  },
]);

const infer = (params: object) =>
  layer.infer({
    inputs: { input: [{ dtype: 'f32', shape: ['batch', 7, 8, 3] }] },
    params: { ...defaultsOf(layer.fields), ...params },
  });

it('turns the sizes of a convolution round', () => {
  expect(infer({})).toMatchObject({ outputs: { output: { shape: ['batch', 14, 16, 32] } } });
  expect(infer({ padding: 'valid', size: [3, 5] })).toMatchObject({
    outputs: { output: { shape: ['batch', 15, 19, 32] } },
  });
});

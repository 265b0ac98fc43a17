import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import { defaultsOf } from '../core/fields.ts';
import layer from './conv3d.ts';

checkLayer(layer, [
  {
    name: 'valid',
    params: { filters: 2, size: [2, 3, 2] },
    inputs: { input: [{ shape: [1, 3, 3, 4, 2] }] },
  },
  {
    name: 'same with stride, without bias',
    params: { filters: 2, size: [3, 2, 2], padding: 'same', stride: [2, 1, 2], bias: false },
    inputs: { input: [{ shape: [2, 4, 2, 3, 1] }] },
  },
  {
    name: 'dilated',
    params: { filters: 1, size: [2, 2, 1], dilation: [2, 1, 1] },
    inputs: { input: [{ shape: [1, 4, 2, 2, 2] }] },
  },
]);

const infer = (params: object, shape: readonly number[]) =>
  layer.infer({
    inputs: { input: [{ dtype: 'f32', shape: ['batch', ...shape] }] },
    params: { ...defaultsOf(layer.fields), ...params },
  });

it('refuses images, and a window that is too deep', () => {
  expect(infer({}, [8, 8, 3]).problems).toMatchObject([{ code: 'LAYER_INPUT', port: 'input' }]);
  expect(infer({}, [2, 9, 9, 1]).problems).toMatchObject([
    {
      code: 'LAYER_WINDOW',
      message: 'The window is larger than the volume.',
      repair: { kind: 'set', field: 'size', value: [2, 3, 3] },
    },
  ]);
});

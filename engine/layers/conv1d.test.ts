import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import { defaultsOf } from '../core/fields.ts';
import layer from './conv1d.ts';

checkLayer(layer, [
  { name: 'valid', params: { filters: 4 }, inputs: { input: [{ shape: [2, 6, 3] }] } },
  {
    name: 'same with stride, dilated, without bias',
    params: { filters: 2, padding: 'same', stride: [2], dilation: [2], bias: false },
    inputs: { input: [{ shape: [2, 7, 2] }] },
  },
  {
    name: 'causal',
    params: { filters: 2, padding: 'causal', dilation: [2] },
    inputs: { input: [{ shape: [2, 5, 2] }] },
  },
]);

const infer = (params: object, shape: readonly number[]) =>
  layer.infer({
    inputs: { input: [{ dtype: 'f32', shape: ['batch', ...shape] }] },
    params: { ...defaultsOf(layer.fields), ...params },
  });

it('says what to do about rows of features, images, and a window that is too large', () => {
  expect(infer({}, [8]).problems).toMatchObject([
    { code: 'LAYER_INPUT', repair: { kind: 'insert', layer: 'reshape', params: { shape: [-1, 1] } } },
  ]);
  expect(infer({}, [8, 8, 3]).problems).toMatchObject([
    { code: 'LAYER_INPUT', repair: { kind: 'insert', layer: 'reshape', params: { shape: [-1, 3] } } },
  ]);
  expect(infer({ size: [5] }, [4, 9]).problems).toMatchObject([
    {
      code: 'LAYER_WINDOW',
      message: 'The window is larger than the sequence.',
      repair: { kind: 'set', field: 'size', value: [4] },
    },
  ]);
});

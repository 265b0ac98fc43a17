import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import { defaultsOf } from '../core/fields.ts';
import layer from './depthwise-conv2d.ts';

checkLayer(layer, [
  { name: 'same', params: { padding: 'same' }, inputs: { input: [{ shape: [2, 4, 3, 3] }] } },
  {
    name: 'several filters per channel, stride and dilation, without bias',
    params: { multiplier: 2, stride: [2, 1], dilation: [1, 2], bias: false },
    inputs: { input: [{ shape: [2, 6, 7, 2] }] },
  },
]);

const infer = (params: object, shape: readonly number[]) =>
  layer.infer({
    inputs: { input: [{ dtype: 'f32', shape: ['batch', ...shape] }] },
    params: { ...defaultsOf(layer.fields), ...params },
  });

it('gives each channel as many as the multiplier says', () => {
  expect(infer({ multiplier: 2 }, [8, 7, 3])).toMatchObject({
    outputs: { output: { shape: ['batch', 6, 5, 6] } },
  });
});

it('says what to do about rows of features, and about a window that is too large', () => {
  expect(infer({}, [16]).problems).toMatchObject([{ code: 'LAYER_INPUT', repair: { layer: 'reshape' } }]);
  expect(infer({}, [2, 9, 1]).problems).toMatchObject([
    { code: 'LAYER_WINDOW', repair: { kind: 'set', field: 'size', value: [2, 3] } },
  ]);
});

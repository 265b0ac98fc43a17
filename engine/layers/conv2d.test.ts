import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { describe, expect, it } from 'vitest';
import { defaultsOf } from '../core/fields.ts';
import layer from './conv2d.ts';

checkLayer(layer, [
  { name: 'valid', params: { filters: 4 }, inputs: { input: [{ shape: [2, 6, 5, 3] }] } },
  { name: 'same', params: { filters: 2, padding: 'same' }, inputs: { input: [{ shape: [2, 5, 6, 2] }] } },
  {
    name: 'same with stride',
    params: { filters: 2, padding: 'same', stride: [2, 2] },
    inputs: { input: [{ shape: [1, 7, 8, 2] }] },
  },
  {
    name: 'dilated, without bias',
    params: { filters: 2, dilation: [2, 1], bias: false },
    inputs: { input: [{ shape: [1, 7, 5, 2] }] },
  },
]);

describe('conv2d on a graph', () => {
  const infer = (params: object, shape: readonly number[]) =>
    layer.infer({
      inputs: { input: [{ dtype: 'f32', shape: ['batch', ...shape] }] },
      params: { ...defaultsOf(layer.fields), ...params },
    });

  it('keeps the size with padding “same”, and shrinks it by the stride, rounded up', () => {
    expect(infer({ padding: 'same' }, [28, 27, 1])).toMatchObject({
      outputs: { output: { shape: ['batch', 28, 27, 32] } },
    });
    expect(infer({ padding: 'same', stride: [2, 2] }, [28, 27, 1])).toMatchObject({
      outputs: { output: { shape: ['batch', 14, 14, 32] } },
    });
  });

  it('says what to do about rows of features, and about a window that is too large', () => {
    expect(infer({}, [784]).problems).toMatchObject([
      {
        code: 'LAYER_INPUT',
        got: 'f32[batch × 784]',
        repair: { kind: 'insert', layer: 'reshape', params: { shape: [28, 28, 1] } },
      },
    ]);
    expect(infer({ size: [5, 5] }, [4, 9, 1]).problems).toMatchObject([
      { code: 'LAYER_WINDOW', repair: { kind: 'set', field: 'size', value: [4, 5] } },
    ]);
    expect(infer({ size: [3, 3], dilation: [3, 1] }, [5, 9, 1]).problems).toMatchObject([
      { code: 'LAYER_WINDOW', repair: { kind: 'set', field: 'size', value: [2, 3] } },
    ]);
  });
});

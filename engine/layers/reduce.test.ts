import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import { defaultsOf } from '../core/fields.ts';
import layer from './reduce.ts';

const rows = { input: [{ shape: [2, 3], values: [1, 2, 6, -1, 0, -5] }] };

checkLayer(layer, [
  { name: 'mean', inputs: rows, expected: [3, -2] },
  { name: 'sum', params: { method: 'sum' }, inputs: rows, expected: [9, -6] },
  { name: 'maximum', params: { method: 'max' }, inputs: rows, expected: [6, 0] },
  { name: 'minimum', params: { method: 'min' }, inputs: rows, expected: [1, -5] },
  {
    name: 'another axis, which stays',
    params: { axis: 1, method: 'sum', keep: true },
    inputs: { input: [{ shape: [2, 2, 2], values: [1, 2, 3, 4, 5, 6, 7, 8] }] },
    expected: [4, 6, 12, 14],
  },
]);

const infer = (params: object, shape: readonly number[]) =>
  layer.infer({
    inputs: { input: [{ dtype: 'f32', shape: ['batch', ...shape] }] },
    params: { ...defaultsOf(layer.fields), ...params },
  });

it('takes the axis away, or leaves 1 of it', () => {
  expect(infer({ axis: 1 }, [5, 3])).toMatchObject({ outputs: { output: { shape: ['batch', 3] } } });
  expect(infer({ axis: 1, keep: true }, [5, 3])).toMatchObject({
    outputs: { output: { shape: ['batch', 1, 3] } },
  });
  expect(infer({}, [5])).toMatchObject({ outputs: { output: { shape: ['batch', 1] } } });
  expect(infer({ axis: 3 }, [5, 3]).problems).toMatchObject([{ code: 'LAYER_AXIS' }]);
});

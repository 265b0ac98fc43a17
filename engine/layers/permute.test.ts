import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import { defaultsOf } from '../core/fields.ts';
import layer from './permute.ts';

checkLayer(layer, [
  {
    name: 'two axes',
    inputs: { input: [{ shape: [1, 2, 3], values: [1, 2, 3, 4, 5, 6] }] },
    expected: [1, 4, 2, 5, 3, 6],
  },
  { name: 'three axes', params: { order: [3, 1, 2] }, inputs: { input: [{ shape: [2, 2, 3, 4] }] } },
]);

const infer = (params: object, shape: readonly number[]) =>
  layer.infer({
    inputs: { input: [{ dtype: 'f32', shape: ['batch', ...shape] }] },
    params: { ...defaultsOf(layer.fields), ...params },
  });

it('moves the extents with the axes', () => {
  expect(infer({ order: [3, 1, 2] }, [5, 6, 7])).toMatchObject({
    outputs: { output: { shape: ['batch', 7, 5, 6] } },
  });
});

it('proposes an order that names each axis', () => {
  expect(infer({ order: [2, 1] }, [5, 6, 7]).problems).toMatchObject([
    { code: 'LAYER_PERMUTATION', repair: { kind: 'set', field: 'order', value: [3, 1, 2] } },
  ]);
  expect(infer({ order: [1, 1] }, [5, 6]).problems).toMatchObject([{ code: 'LAYER_PERMUTATION' }]);
});

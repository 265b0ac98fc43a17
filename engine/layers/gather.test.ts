import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import { defaultsOf } from '../core/fields.ts';
import layer from './gather.ts';

checkLayer(layer, [
  {
    name: 'features in another order, one twice',
    params: { positions: [2, 0, 2] },
    inputs: { input: [{ shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }] },
    expected: [3, 1, 3, 6, 4, 6],
  },
  {
    name: 'rows of images',
    params: { axis: 1, positions: [1] },
    inputs: { input: [{ shape: [2, 3, 2, 2] }] },
  },
]);

const infer = (params: object, shape: readonly number[]) =>
  layer.infer({
    inputs: { input: [{ dtype: 'f32', shape: ['batch', ...shape] }] },
    params: { ...defaultsOf(layer.fields), ...params },
  });

it('keeps what is on the axis', () => {
  expect(infer({ positions: [0, 4, 9] }, [5]).problems).toMatchObject([
    { code: 'LAYER_POSITIONS', repair: { kind: 'set', field: 'positions', value: [0, 4] } },
  ]);
  expect(infer({ positions: [] }, [5]).problems).toMatchObject([{ code: 'LAYER_POSITIONS' }]);
});

import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import { defaultsOf } from '../core/fields.ts';
import layer from './split.ts';

const sample = {
  name: 'features',
  params: { count: 1 },
  inputs: { input: [{ shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }] },
};
checkLayer(layer, [{ ...sample, expected: [1, 4] }], 'first');
checkLayer(layer, [{ ...sample, expected: [2, 3, 5, 6] }], 'rest');

const infer = (params: object, shape: readonly number[]) =>
  layer.infer({
    inputs: { input: [{ dtype: 'f32', shape: ['batch', ...shape] }] },
    params: { ...defaultsOf(layer.fields), ...params },
  });

it('has a type for each part', () => {
  expect(infer({ axis: 1, count: 2 }, [5, 3])).toMatchObject({
    outputs: { first: { shape: ['batch', 2, 3] }, rest: { shape: ['batch', 3, 3] } },
  });
});

it('proposes halves where nothing is left', () => {
  expect(infer({ count: 6 }, [6]).problems).toMatchObject([
    { code: 'LAYER_SPLIT', repair: { kind: 'set', field: 'count', value: 3 } },
  ]);
});

import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import { defaultsOf } from '../core/fields.ts';
import layer from './slice.ts';

checkLayer(layer, [
  {
    name: 'features in the middle',
    params: { start: 1, count: 2 },
    inputs: { input: [{ shape: [2, 4], values: [1, 2, 3, 4, 5, 6, 7, 8] }] },
    expected: [2, 3, 6, 7],
  },
  {
    name: 'the last position of a sequence',
    params: { axis: 1, start: -1 },
    inputs: { input: [{ shape: [2, 2, 2], values: [1, 2, 3, 4, 5, 6, 7, 8] }] },
    expected: [3, 4, 7, 8],
  },
]);

const infer = (params: object, shape: readonly number[]) =>
  layer.infer({
    inputs: { input: [{ dtype: 'f32', shape: ['batch', ...shape] }] },
    params: { ...defaultsOf(layer.fields), ...params },
  });

it('says what fits where it reaches too far', () => {
  expect(infer({ start: 3, count: 4 }, [5]).problems).toMatchObject([
    { code: 'LAYER_SLICE', repair: { kind: 'set', field: 'count', value: 2 } },
  ]);
  expect(infer({ start: 5 }, [5]).problems).toMatchObject([
    { code: 'LAYER_SLICE', repair: { kind: 'set', field: 'start', value: 0 } },
  ]);
  expect(infer({ axis: 2 }, [5]).problems).toMatchObject([
    { code: 'LAYER_AXIS', repair: { kind: 'set', field: 'axis', value: -1 } },
  ]);
});

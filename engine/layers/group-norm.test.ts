import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import { defaultsOf } from '../core/fields.ts';
import layer from './group-norm.ts';

checkLayer(layer, [
  { name: 'images', params: { groups: 2 }, inputs: { input: [{ shape: [2, 2, 3, 4] }] }, tolerance: 1e-5 },
  { name: 'rows', params: { groups: 2 }, inputs: { input: [{ shape: [2, 6] }] }, tolerance: 1e-5 },
  { name: 'sequences', params: { groups: 3 }, inputs: { input: [{ shape: [2, 4, 3] }] }, tolerance: 1e-5 },
]);

it('proposes groups that divide the channels', () => {
  const input = [{ dtype: 'f32', shape: ['batch', 4, 4, 12] }] as const;
  const params = { ...defaultsOf(layer.fields), groups: 8 };
  expect(layer.infer({ inputs: { input }, params }).problems).toMatchObject([
    { code: 'LAYER_GROUPS', repair: { kind: 'set', field: 'groups', value: 6 } },
  ]);
});

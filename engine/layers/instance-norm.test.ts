import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import { defaultsOf } from '../core/fields.ts';
import layer from './instance-norm.ts';

checkLayer(layer, [
  { name: 'images', inputs: { input: [{ shape: [2, 2, 3, 4] }] }, tolerance: 1e-5 },
  { name: 'sequences', inputs: { input: [{ shape: [2, 5, 3] }] }, tolerance: 1e-5 },
]);

it('refuses rows of features, which it would make 0', () => {
  const input = [{ dtype: 'f32', shape: ['batch', 4] }] as const;
  const params = defaultsOf(layer.fields);
  expect(layer.infer({ inputs: { input }, params }).problems).toMatchObject([{ code: 'LAYER_INPUT' }]);
});

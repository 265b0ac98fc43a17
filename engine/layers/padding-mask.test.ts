import { expect, it } from 'vitest';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { defaultsOf } from '../core/fields.ts';
import layer from './padding-mask.ts';

checkLayer(layer, [
  {
    name: 'tokens',
    params: { padding: 2 },
    inputs: { input: [{ shape: [2, 3], dtype: 'i32', values: [1, 2, 2, 0, 3, 2] }] },
    expected: [1, 0, 0, 1, 1, 0],
  },
]);

it('takes no real numbers', () => {
  const input = [{ dtype: 'f32', shape: ['batch', 3] }] as const;
  expect(layer.infer({ inputs: { input }, params: defaultsOf(layer.fields) }).problems).toMatchObject([
    { code: 'LAYER_INPUT', repair: { kind: 'set-source', field: 'encoding' } },
  ]);
});

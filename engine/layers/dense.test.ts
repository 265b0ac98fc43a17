import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import { defaultsOf } from '../core/fields.ts';
import layer from './dense.ts';

checkLayer(layer, [
  { name: 'rows', params: { units: 5 }, inputs: { input: [{ shape: [4, 7] }] } },
  { name: 'without bias', params: { units: 3, bias: false }, inputs: { input: [{ shape: [4, 7] }] } },
  { name: 'each position of a sequence', params: { units: 3 }, inputs: { input: [{ shape: [2, 3, 4] }] } },
]);

it('asks for a Flatten between an image and itself', () => {
  const input = [{ dtype: 'f32', shape: ['batch', 28, 28, 1] }] as const;
  expect(layer.infer({ inputs: { input }, params: defaultsOf(layer.fields) }).problems).toMatchObject([
    { code: 'LAYER_INPUT', port: 'input', repair: { kind: 'insert', layer: 'flatten' } },
  ]);
});

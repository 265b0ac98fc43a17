import { expect, it } from 'vitest';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { defaultsOf } from '../core/fields.ts';
import layer from './feed-forward.ts';

checkLayer(layer, [
  { name: 'rows', params: { width: 5 }, inputs: { input: [{ shape: [3, 4] }] } },
  {
    name: 'sequences with a gate, without bias',
    params: { width: 3, gate: true, activation: 'silu', bias: false },
    inputs: { input: [{ shape: [2, 3, 4] }] },
  },
  {
    name: 'dropout while training',
    params: { width: 6, rate: 0.5 },
    inputs: { input: [{ shape: [2, 3] }] },
  },
  {
    name: 'no dropout in evaluation',
    params: { width: 4, rate: 0.5, activation: 'silu' },
    inputs: { input: [{ shape: [2, 3] }] },
    training: false,
  },
]);

it('asks for a Flatten between an image and itself', () => {
  const input = [{ dtype: 'f32', shape: ['batch', 8, 8, 1] }] as const;
  expect(layer.infer({ inputs: { input }, params: defaultsOf(layer.fields) }).problems).toMatchObject([
    { repair: { kind: 'insert', layer: 'flatten' } },
  ]);
});

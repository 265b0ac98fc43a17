import { expect, it } from 'vitest';
import { checkLayer } from '../../../tests/conformance/layer-harness.ts';
import { defaultsOf } from '../../core/fields.ts';
import layer from './triplet-margin.ts';

const inputs = {
  anchor: [{ shape: [2, 2], values: [0, 0, 1, 1] }],
  positive: [{ shape: [2, 2], values: [3, 4, 1, 2] }],
  negative: [{ shape: [2, 2], values: [4, 3, 5, 5] }],
};
const apart = (x: number, y: number) => Math.hypot(x + 1e-6, y + 1e-6);

checkLayer(layer, [
  { name: 'euclidean', inputs, expected: [1 + apart(-3, -4) - apart(-4, -3), 0] },
  { name: 'squared', params: { distance: 'squared', margin: 2 }, inputs, expected: [2, 0] },
  {
    name: 'cosine',
    params: { distance: 'cosine', margin: 0.25 },
    inputs: {
      anchor: [{ shape: [1, 2], values: [1, 0] }],
      positive: [{ shape: [1, 2], values: [3, 4] }],
      negative: [{ shape: [1, 2], values: [4, 3] }],
    },
    expected: [0.8 - 0.6 + 0.25],
  },
  {
    name: 'an anchor that is its own positive',
    inputs: { ...inputs, positive: inputs.anchor, negative: [{ shape: [2, 2], values: [0.5, 0, 1, 1.5] }] },
    expected: [1 + apart(0, 0) - apart(-0.5, 0), 1 + apart(0, 0) - apart(0, -0.5)],
    differentiable: false,
  },
]);

it('wants embeddings of one length', () => {
  const row = (width: number) => [{ dtype: 'f32', shape: ['batch', width] } as const];
  const given = { anchor: row(4), positive: row(4), negative: row(3) };
  expect(layer.infer({ inputs: given, params: defaultsOf(layer.fields) }).problems).toMatchObject([
    { port: 'negative', repair: { kind: 'resize', extent: 4 } },
  ]);
});

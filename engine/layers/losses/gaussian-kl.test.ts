import { expect, it } from 'vitest';
import { checkLayer } from '../../../tests/conformance/layer-harness.ts';
import { defaultsOf } from '../../core/fields.ts';
import layer from './gaussian-kl.ts';

checkLayer(layer, [
  {
    name: 'the standard distribution, and others',
    inputs: {
      mean: [{ shape: [2, 2], values: [0, 0, 1, -2] }],
      'log-variance': [{ shape: [2, 2], values: [0, 0, 1, -1] }],
    },
    expected: [0, (1 + Math.E - 1 - 1 + 4 + Math.exp(-1) + 1 - 1) / 2],
  },
  { name: 'images', inputs: { mean: [{ shape: [2, 2, 2, 3] }], 'log-variance': [{ shape: [2, 2, 2, 3] }] } },
]);

it('wants a variance for each mean', () => {
  const inputs = {
    mean: [{ dtype: 'f32', shape: ['batch', 3] }],
    'log-variance': [{ dtype: 'f32', shape: ['batch', 2] }],
  } as const;
  expect(layer.infer({ inputs, params: defaultsOf(layer.fields) }).problems).toMatchObject([
    { port: 'log-variance', expected: 'f32[batch × 3]', repair: { kind: 'resize', extent: 3 } },
  ]);
});

import { expect, it } from 'vitest';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './take-step.ts';

const input = [{ shape: [2, 3, 2], values: [1, 2, 3, 4, 5, 9, -1, 0, 2, 4, 6, 8] }];
const mask = [{ shape: [2, 3], dtype: 'bool', values: [1, 1, 0, 0, 0, 0] }] as const;

checkLayer(layer, [
  { name: 'the last one', inputs: { input, mask: [] }, expected: [5, 9, 6, 8] },
  { name: 'the first one', params: { position: 0 }, inputs: { input, mask: [] }, expected: [1, 2, -1, 0] },
  { name: 'the last but one', params: { position: -2 }, inputs: { input, mask: [] }, expected: [3, 4, 2, 4] },
  { name: 'the last one that counts, and none', inputs: { input, mask }, expected: [3, 4, 0, 0] },
  {
    name: 'the one before the last that counts',
    params: { position: -2 },
    inputs: { input, mask: [{ shape: [2, 3], dtype: 'i32', values: [0, 4, 9, 3, 0, 0] }] },
    expected: [3, 4, 0, 0],
  },
  {
    name: 'a fixed one, whatever counts',
    params: { position: 2 },
    inputs: { input, mask },
    expected: [5, 9, 6, 8],
  },
]);

it.each([3, -4])('finds no position %i among three', (position) => {
  const inputs = { input: [{ dtype: 'f32', shape: ['batch', 3, 2] }], mask: [] } as const;
  expect(layer.infer({ inputs, params: { position } }).problems).toMatchObject([
    { code: 'LAYER_POSITION', repair: { kind: 'set', field: 'position', value: -1 } },
  ]);
});

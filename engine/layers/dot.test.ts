import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import layer from './dot.ts';

checkLayer(layer, [
  {
    name: 'two rows',
    inputs: {
      x: [{ shape: [2, 2], values: [1, 2, 3, 4] }],
      y: [{ shape: [2, 2], values: [5, -1, 0.5, 2] }],
    },
    expected: [3, 9.5],
  },
  { name: 'positions of sequences', inputs: { x: [{ shape: [2, 3, 5] }], y: [{ shape: [2, 3, 5] }] } },
]);

it('offers to bring the second vector to the length of the first', () => {
  const type = (extent: number) => [{ dtype: 'f32', shape: ['batch', extent] } as const];
  const inputs = { x: type(16), y: type(8) };
  expect(layer.infer({ inputs, params: {} }).problems).toMatchObject([
    { code: 'LAYER_INPUT', port: 'y', repair: { kind: 'resize', extent: 16 } },
  ]);
});

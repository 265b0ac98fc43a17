import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import layer from './multiply.ts';

checkLayer(layer, [
  {
    name: 'three inputs',
    inputs: {
      inputs: [
        { shape: [2, 2], values: [1, 2, 3, 4] },
        { shape: [2, 2], values: [0.5, -1, 2, 0] },
        { shape: [2, 2], values: [2, 2, -1, 3] },
      ],
    },
    expected: [1, -4, -6, 0],
  },
  {
    name: 'images by one factor per channel',
    inputs: {
      inputs: [
        { shape: [1, 2, 1, 2], values: [1, 2, 3, 4] },
        { shape: [1, 1, 1, 2], values: [10, -1] },
      ],
    },
    expected: [10, -2, 30, -4],
  },
]);

it('repeats an extent of 1 and refuses any other', () => {
  const infer = (...shapes: readonly (readonly number[])[]) =>
    layer.infer({
      inputs: { inputs: shapes.map((shape) => ({ dtype: 'f32', shape: ['batch', ...shape] })) },
      params: {},
    });
  expect(infer([1, 1, 8], [4, 5, 8])).toMatchObject({ outputs: { output: { shape: ['batch', 4, 5, 8] } } });
  expect(infer([4, 5, 8], [1, 2, 8]).problems).toMatchObject([
    { code: 'LAYER_INPUT', got: 'f32[batch × 1 × 2 × 8]', expected: 'f32[batch × 4 × 5 × 8]' },
  ]);
  expect(infer([4, 5, 8], [8]).problems).toMatchObject([{ code: 'LAYER_INPUT' }]);
});

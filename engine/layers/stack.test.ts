import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { expect, it } from 'vitest';
import layer from './stack.ts';

checkLayer(layer, [
  {
    name: 'three rows',
    inputs: {
      inputs: [
        { shape: [2, 2], values: [1, 2, 3, 4] },
        { shape: [2, 2], values: [5, 6, 7, 8] },
        { shape: [2, 2], values: [9, 10, 11, 12] },
      ],
    },
    expected: [1, 2, 5, 6, 9, 10, 3, 4, 7, 8, 11, 12],
  },
]);

it('has as many positions as inputs, and refuses another shape', () => {
  const type = (extent: number) => ({ dtype: 'f32', shape: ['batch', extent] }) as const;
  const infer = (...inputs: readonly number[]) =>
    layer.infer({ inputs: { inputs: inputs.map(type) }, params: {} });
  expect(infer(4, 4)).toMatchObject({ outputs: { output: { shape: ['batch', 2, 4] } } });
  expect(infer(4, 3).problems).toMatchObject([{ code: 'LAYER_INPUT', got: 'f32[batch × 3]' }]);
});

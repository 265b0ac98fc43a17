import { expect, it } from 'vitest';
import layer from './output.ts';

it('marks its input as a prediction and passes nothing on', () => {
  expect(layer.prediction).toBe('input');
  expect(layer.infer({ inputs: { input: [{ dtype: 'f32', shape: ['batch', 3] }] }, params: {} })).toEqual({
    outputs: {},
  });
});

import { expect, it } from 'vitest';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { defaultsOf } from '../core/fields.ts';
import layer from './shift.ts';

const tokens = [{ shape: [2, 3], dtype: 'i32', values: [1, 2, 3, 4, 5, 6] } as const];

checkLayer(layer, [
  { name: 'tokens to later positions', inputs: { input: tokens }, expected: [0, 1, 2, 0, 4, 5] },
  {
    name: 'tokens to earlier positions',
    params: { by: -2, value: 9 },
    inputs: { input: tokens },
    expected: [3, 9, 9, 6, 9, 9],
  },
  { name: 'not at all', params: { by: 0 }, inputs: { input: tokens }, expected: [1, 2, 3, 4, 5, 6] },
  {
    name: 'sequences of numbers',
    params: { value: -1 },
    inputs: { input: [{ shape: [1, 3, 2], values: [1, 2, 3, 4, 5, 6] }] },
    expected: [-1, -1, 1, 2, 3, 4],
  },
]);

const infer = (by: number, value = 0) =>
  layer.infer({
    inputs: {
      input: [{ dtype: 'i32', shape: ['batch', 3], vocabulary: 5, classes: ['a', 'b', 'c', 'd', 'e'] }],
    },
    params: { ...defaultsOf(layer.fields), by, value },
  });

it('knows the vocabulary with what is filled in', () => {
  expect(infer(1)).toMatchObject({ outputs: { output: { vocabulary: 5, classes: { length: 5 } } } });
  expect(infer(1, 5)).toEqual({
    outputs: { output: { dtype: 'i32', shape: ['batch', 3], vocabulary: 6 } },
  });
});

it('leaves something of the sequence', () => {
  expect(infer(-3).problems).toMatchObject([{ repair: { kind: 'set', field: 'by', value: -2 } }]);
});

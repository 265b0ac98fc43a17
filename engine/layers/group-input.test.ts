import { expect, it } from 'vitest';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './group-input.ts';

checkLayer(layer, [{ name: 'rows', inputs: { input: [{ shape: [2, 3] }] }, expected: (x) => x }]);

it('gives nothing where nothing is connected to the group', () => {
  expect(layer.infer({ inputs: { input: [] }, params: { name: 'mask', required: false } })).toEqual({
    outputs: {},
  });
});

import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './unit-norm.ts';

checkLayer(layer, [
  {
    name: 'rows, one of length 0',
    inputs: { input: [{ shape: [2, 2], values: [3, 4, 0, 0] }] },
    expected: [0.6, 0.8, 0, 0],
    differentiable: false,
  },
  { name: 'positions of sequences', inputs: { input: [{ shape: [2, 3, 5] }] } },
]);

import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './gelu.ts';

checkLayer(layer, [
  {
    // x · Φ(x) with Φ from tables of the normal distribution.
    name: 'tabulated values',
    inputs: { input: [{ shape: [1, 4], values: [-1, 0, 1, 2] }] },
    expected: [-0.158655253931457, 0, 0.841344746068543, 1.95449973610364],
  },
  { name: 'a batch of rows', inputs: { input: [{ shape: [4, 6] }] } },
]);

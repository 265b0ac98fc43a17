import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './mish.ts';

checkLayer(layer, [
  {
    name: 'rows',
    inputs: { input: [{ shape: [3, 4], range: [-5, 5] }] },
    expected: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
  },
  {
    name: 'values whose exponential would overflow',
    inputs: { input: [{ shape: [1, 3], values: [200, 1000, -1000] }] },
    expected: [200, 1000, 0],
  },
]);

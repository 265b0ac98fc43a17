import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './selu.ts';

checkLayer(layer, [
  {
    name: 'rows',
    inputs: { input: [{ shape: [3, 4], range: [-5, 5] }] },
    expected: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  },
  {
    name: 'values whose exponential would overflow',
    inputs: { input: [{ shape: [1, 2], values: [200, 1000] }] },
    expected: [200 * 1.0507009873554805, 1000 * 1.0507009873554805],
  },
]);

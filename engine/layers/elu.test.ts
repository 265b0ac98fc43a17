import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './elu.ts';

checkLayer(layer, [
  {
    name: 'rows',
    params: { alpha: 0.5 },
    inputs: { input: [{ shape: [3, 4] }] },
    expected: (x) => (x > 0 ? x : 0.5 * Math.expm1(x)),
  },
  {
    name: 'values whose exponential would overflow',
    inputs: { input: [{ shape: [1, 3], values: [200, 1000, -1000] }] },
    expected: [200, 1000, -1],
  },
]);

import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './leaky-relu.ts';

checkLayer(layer, [
  {
    name: 'another slope',
    params: { slope: 0.2 },
    inputs: { input: [{ shape: [3, 5] }] },
    expected: (x) => (x > 0 ? x : 0.2 * x),
  },
]);

import { checkLayer } from '../../../tests/conformance/layer-harness.ts';
import layer from './huber.ts';

checkLayer(layer, [
  {
    name: 'errors on both sides of delta',
    params: { delta: 2 },
    inputs: {
      prediction: [{ shape: [2, 2], values: [1, 5, -3, 0.5] }],
      target: [{ shape: [2, 2], values: [0, 0, 0, 0] }],
    },
    expected: [(0.5 + 2 * (5 - 1)) / 2, (2 * (3 - 1) + 0.125) / 2],
  },
]);

import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './softmax.ts';

checkLayer(layer, [
  {
    name: 'two scores',
    inputs: { input: [{ shape: [1, 2], values: [0, 1] }] },
    expected: [1 / (1 + Math.E), Math.E / (1 + Math.E)],
  },
  { name: 'images', inputs: { input: [{ shape: [2, 2, 3, 4] }] } },
]);

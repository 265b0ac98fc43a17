import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './sigmoid.ts';

checkLayer(layer, [
  {
    name: 'a batch of rows',
    inputs: { input: [{ shape: [4, 6] }] },
    expected: (x) => 1 / (1 + Math.exp(-x)),
  },
]);

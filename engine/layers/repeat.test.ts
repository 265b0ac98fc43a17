import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './repeat.ts';

checkLayer(layer, [
  {
    name: 'rows',
    params: { count: 3 },
    inputs: { input: [{ shape: [2, 2], values: [1, 2, 3, 4] }] },
    expected: [1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4],
  },
]);

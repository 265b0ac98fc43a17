import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './global-avg-pool1d.ts';

checkLayer(layer, [
  {
    name: 'two sequences of two channels',
    inputs: { input: [{ shape: [2, 2, 2], values: [1, 8, 3, 4, -1, 0, -5, 2] }] },
    expected: [2, 6, -3, 1],
  },
]);

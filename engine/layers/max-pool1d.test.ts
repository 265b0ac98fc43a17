import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './max-pool1d.ts';

checkLayer(layer, [
  {
    name: 'two windows of two channels',
    inputs: { input: [{ shape: [1, 4, 2], values: [1, 5, 2, 6, 4, 4, 3, 5] }] },
    expected: [2, 6, 4, 5],
  },
  {
    name: 'overlapping, with a border',
    params: { size: [3], stride: [2], padding: 'same' },
    inputs: { input: [{ shape: [2, 6, 2] }] },
  },
]);

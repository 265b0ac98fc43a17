import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './avg-pool1d.ts';

checkLayer(layer, [
  {
    name: 'two windows of two channels',
    inputs: { input: [{ shape: [1, 4, 2], values: [1, 5, 2, 6, 4, 4, 3, 5] }] },
    expected: [1.5, 5.5, 3.5, 4.5],
  },
  {
    name: 'overlapping, with a border that does not count',
    params: { size: [3], stride: [1], padding: 'same' },
    inputs: { input: [{ shape: [1, 3, 1], values: [1, 3, 8] }] },
    expected: [2, 4, 5.5],
  },
]);

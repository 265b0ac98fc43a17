import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './avg-pool2d.ts';

checkLayer(layer, [
  {
    name: 'two windows',
    inputs: { input: [{ shape: [1, 2, 4, 1], values: [1, 5, 2, 6, 4, 4, 3, 5] }] },
    expected: [3.5, 4],
  },
  {
    name: 'overlapping, with a border',
    params: { size: [3, 3], stride: [2, 2], padding: 'same' },
    inputs: { input: [{ shape: [2, 6, 5, 2] }] },
  },
]);

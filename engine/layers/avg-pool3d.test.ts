import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './avg-pool3d.ts';

checkLayer(layer, [
  {
    name: 'one block of two channels',
    inputs: { input: [{ shape: [1, 2, 2, 2, 2], values: [1, 2, 8, 3, 3, 9, 4, 4, 5, 5, 6, 6, 7, 7, 2, 8] }] },
    expected: [4.5, 5.5],
  },
  {
    name: 'overlapping, with a border',
    params: { size: [3, 2, 3], stride: [2, 1, 2], padding: 'same' },
    inputs: { input: [{ shape: [1, 4, 2, 3, 2] }] },
  },
]);

import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './conv-transpose3d.ts';

checkLayer(layer, [
  {
    name: 'same',
    params: { filters: 2, size: [4, 3, 2] },
    inputs: { input: [{ shape: [1, 2, 2, 3, 2] }] },
  },
  {
    name: 'same, with a window that is smaller than its stride',
    params: { filters: 1, size: [1, 2, 2], stride: [3, 2, 1], bias: false },
    inputs: { input: [{ shape: [2, 2, 2, 2, 1] }] },
  },
  {
    name: 'valid, dilated',
    params: { filters: 2, size: [2, 2, 1], stride: [1, 2, 1], dilation: [3, 1, 1], padding: 'valid' },
    inputs: { input: [{ shape: [1, 3, 2, 2, 2] }] },
  },
]);

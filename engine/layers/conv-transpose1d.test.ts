import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './conv-transpose1d.ts';

checkLayer(layer, [
  { name: 'same', params: { filters: 3 }, inputs: { input: [{ shape: [2, 4, 2] }] } },
  {
    name: 'valid and dilated, without bias',
    params: { filters: 2, size: [3], stride: [1], dilation: [2], padding: 'valid', bias: false },
    inputs: { input: [{ shape: [1, 5, 2] }] },
  },
]);

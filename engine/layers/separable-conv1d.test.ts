import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './separable-conv1d.ts';

checkLayer(layer, [
  { name: 'same', params: { filters: 4, padding: 'same' }, inputs: { input: [{ shape: [2, 5, 3] }] } },
  {
    name: 'several filters per channel and stride, without bias',
    params: { filters: 3, multiplier: 2, size: [2], stride: [2], bias: false },
    inputs: { input: [{ shape: [2, 6, 2] }] },
  },
]);

import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './depthwise-conv1d.ts';

checkLayer(layer, [
  { name: 'causal', params: { padding: 'causal' }, inputs: { input: [{ shape: [2, 5, 3] }] } },
  {
    name: 'several filters per channel, stride and dilation, without bias',
    params: { multiplier: 2, size: [2], stride: [2], dilation: [2], bias: false },
    inputs: { input: [{ shape: [2, 7, 2] }] },
  },
]);

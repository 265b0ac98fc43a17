import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './dense.ts';

checkLayer(layer, [
  { name: 'rows', params: { units: 5 }, inputs: { input: [{ shape: [4, 7] }] } },
  { name: 'without bias', params: { units: 3, bias: false }, inputs: { input: [{ shape: [4, 7] }] } },
  { name: 'the last axis of images', params: { units: 3 }, inputs: { input: [{ shape: [2, 3, 2, 4] }] } },
]);

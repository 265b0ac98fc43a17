import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './rms-norm.ts';

checkLayer(layer, [
  { name: 'rows', inputs: { input: [{ shape: [4, 6] }] }, tolerance: 1e-5 },
  { name: 'images', inputs: { input: [{ shape: [2, 2, 3, 5] }] }, tolerance: 1e-5 },
]);

import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './batch-norm.ts';

checkLayer(layer, [
  { name: 'rows in training', inputs: { input: [{ shape: [8, 3] }] }, tolerance: 1e-5 },
  { name: 'images in training', inputs: { input: [{ shape: [3, 4, 3, 2] }] }, tolerance: 1e-5 },
  { name: 'rows in evaluation', inputs: { input: [{ shape: [4, 3] }] }, training: false },
]);

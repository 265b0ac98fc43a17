import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './prelu.ts';

checkLayer(layer, [
  { name: 'rows', inputs: { input: [{ shape: [3, 4] }] } },
  { name: 'images', inputs: { input: [{ shape: [2, 2, 3, 5] }] } },
]);

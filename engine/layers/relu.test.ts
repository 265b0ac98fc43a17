import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './relu.ts';

checkLayer(layer, [
  { name: 'a batch of rows', inputs: { input: [{ shape: [4, 6] }] }, expected: (x) => (x > 0 ? x : 0) },
]);

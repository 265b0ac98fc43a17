import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './relu6.ts';

checkLayer(layer, [
  {
    name: 'rows',
    inputs: { input: [{ shape: [3, 4], range: [-9, 9] }] },
    expected: (x) => Math.min(Math.max(x, 0), 6),
  },
]);

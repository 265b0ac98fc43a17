import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './softsign.ts';

checkLayer(layer, [
  {
    name: 'rows',
    inputs: { input: [{ shape: [3, 4], range: [-5, 5] }] },
    expected: (x) => x / (1 + Math.abs(x)),
  },
]);

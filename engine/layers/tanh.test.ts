import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './tanh.ts';

checkLayer(layer, [
  {
    name: 'a batch of rows',
    inputs: { input: [{ shape: [4, 6] }] },
    expected: (x) => Math.sinh(x) / Math.cosh(x),
  },
]);

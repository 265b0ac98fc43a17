import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './hard-swish.ts';

checkLayer(layer, [
  {
    name: 'rows',
    inputs: { input: [{ shape: [3, 4], range: [-5, 5] }] },
    expected: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  },
]);

import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './global-avg-pool3d.ts';

checkLayer(layer, [
  {
    name: 'two channels',
    inputs: { input: [{ shape: [1, 2, 1, 2, 2], values: [1, 8, 3, 4, -1, 0, -5, 2] }] },
    expected: [-0.5, 3.5],
  },
]);

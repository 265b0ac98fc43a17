import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './zero-pad3d.ts';

checkLayer(layer, [
  {
    name: 'borders',
    params: { border: [1, 0, 0, 1, 0, 2] },
    inputs: { input: [{ shape: [1, 1, 1, 2, 1], values: [1, 2] }] },
    expected: [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0],
  },
]);

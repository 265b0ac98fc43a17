import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './zero-pad1d.ts';

checkLayer(layer, [
  {
    name: 'two channels',
    params: { border: [1, 2] },
    inputs: { input: [{ shape: [1, 1, 2], values: [5, 6] }] },
    expected: [0, 0, 5, 6, 0, 0, 0, 0],
  },
]);

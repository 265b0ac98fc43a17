import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './zero-pad2d.ts';

checkLayer(layer, [
  {
    name: 'other widths at each side',
    params: { border: [1, 0, 2, 1] },
    inputs: { input: [{ shape: [1, 1, 2, 1], values: [5, 6] }] },
    expected: [0, 0, 0, 0, 0, 0, 0, 5, 6, 0],
  },
]);

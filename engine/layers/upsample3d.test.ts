import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './upsample3d.ts';

checkLayer(layer, [
  {
    name: 'nearest',
    params: { factor: [1, 1, 3] },
    inputs: { input: [{ shape: [1, 1, 2, 2, 1], values: [1, 2, 3, 4] }] },
    expected: [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4],
  },
  {
    name: 'linear along every axis',
    params: { factor: [2, 3, 2], method: 'linear' },
    inputs: { input: [{ shape: [2, 2, 3, 2, 2] }] },
  },
]);

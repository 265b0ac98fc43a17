import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './upsample1d.ts';

checkLayer(layer, [
  {
    name: 'nearest, two channels',
    params: { factor: [2] },
    inputs: { input: [{ shape: [1, 2, 2], values: [1, 2, 3, 4] }] },
    expected: [1, 2, 1, 2, 3, 4, 3, 4],
  },
  {
    name: 'linear',
    params: { factor: [4], method: 'linear' },
    inputs: { input: [{ shape: [1, 2, 1], values: [0, 8] }] },
    expected: [0, 0, 1, 3, 5, 7, 8, 8],
  },
]);

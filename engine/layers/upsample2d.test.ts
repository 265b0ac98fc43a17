import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './upsample2d.ts';

checkLayer(layer, [
  {
    name: 'nearest',
    params: { factor: [1, 2] },
    inputs: { input: [{ shape: [1, 2, 2, 1], values: [1, 2, 3, 4] }] },
    expected: [1, 1, 2, 2, 3, 3, 4, 4],
  },
  {
    name: 'nearest in both directions',
    params: { factor: [2, 3] },
    inputs: { input: [{ shape: [2, 2, 3, 2] }] },
  },
  {
    name: 'bilinear along a line',
    params: { factor: [1, 2], method: 'linear' },
    inputs: { input: [{ shape: [1, 1, 3, 1], values: [0, 4, 2] }] },
    expected: [0, 1, 3, 3.5, 2.5, 2],
  },
  {
    name: 'bilinear in both directions',
    params: { factor: [2, 3], method: 'linear' },
    inputs: { input: [{ shape: [2, 2, 3, 2] }] },
  },
]);

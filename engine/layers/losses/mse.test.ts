import { checkLayer } from '../../../tests/conformance/layer-harness.ts';
import layer from './mse.ts';

checkLayer(layer, [
  {
    name: 'two values per example',
    inputs: {
      prediction: [{ shape: [2, 2], values: [1, 2, 3, 4] }],
      target: [{ shape: [2, 2], values: [1, 0, 0, 0] }],
    },
    expected: [2, 12.5],
  },
  {
    name: 'the positions of sequences that count',
    inputs: {
      prediction: [{ shape: [2, 2, 2], values: [1, 2, 3, -4, 5, 6, 7, 8] }],
      target: [{ shape: [2, 2, 2], values: [0, 0, 0, 0, 0, 0, 0, 0] }],
      mask: [{ shape: [2, 2], dtype: 'bool', values: [0, 1, 0, 0] }],
    },
    expected: [12.5, 0],
  },
]);

import { checkLayer } from '../../../tests/conformance/layer-harness.ts';
import layer from './mean-absolute-error.ts';

checkLayer(layer, [
  {
    name: 'two values per example',
    inputs: {
      prediction: [{ shape: [2, 2], values: [1, 2, 3, -4] }],
      target: [{ shape: [2, 2], values: [0, 0.5, 0, 0] }],
    },
    expected: [1.25, 3.5],
  },
]);

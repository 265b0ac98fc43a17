import { checkLayer } from '../../../tests/conformance/layer-harness.ts';
import layer from './hinge.ts';

checkLayer(layer, [
  {
    name: 'targets of −1 and 1',
    inputs: {
      prediction: [{ shape: [2, 2], values: [0.5, -2, 0.25, 3] }],
      target: [{ shape: [2, 2], values: [1, -1, -1, 1] }],
    },
    expected: [0.25, 0.625],
  },
  {
    name: 'targets of 0 and 1, squared, with another margin',
    params: { margin: 2, squared: true },
    inputs: {
      prediction: [{ shape: [2, 2], values: [0.5, -3, 0.25, 3] }],
      target: [{ shape: [2, 2], values: [1, 0, 0, 1] }],
    },
    expected: [1.125, 2.53125],
  },
  {
    name: 'two classes',
    inputs: {
      prediction: [{ shape: [3, 1], values: [0.5, 0.5, -3] }],
      target: [{ shape: [3], dtype: 'i32', values: [1, 0, 0] }],
    },
    expected: [0.5, 1.5, 0],
  },
]);

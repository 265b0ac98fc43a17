import { checkLayer } from '../../../tests/conformance/layer-harness.ts';
import layer from './cross-entropy.ts';

const scores = [2, 1, 0, 0, 3, 0];
const total = (row: number[]) => Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));

checkLayer(layer, [
  {
    name: 'class indices',
    inputs: {
      prediction: [{ shape: [2, 3], values: scores }],
      target: [{ shape: [2], dtype: 'i32', values: [0, 2] }],
    },
    expected: [total([2, 1, 0]) - 2, total([0, 3, 0]) - 0],
  },
  {
    name: 'rows of probabilities',
    inputs: {
      prediction: [{ shape: [2, 3], values: scores }],
      target: [{ shape: [2, 3], values: [1, 0, 0, 0.5, 0, 0.5] }],
    },
    expected: [total([2, 1, 0]) - 2, total([0, 3, 0])],
  },
  {
    name: 'a prediction of probabilities',
    params: { from: 'probabilities' },
    inputs: {
      prediction: [{ shape: [2, 2], values: [0.25, 0.75, 0.5, 0.5] }],
      target: [{ shape: [2], dtype: 'i32', values: [1, 0] }],
    },
    expected: [-Math.log(0.75), -Math.log(0.5)],
  },
  {
    name: 'smoothed labels',
    params: { smoothing: 0.3 },
    inputs: {
      prediction: [{ shape: [2, 3], values: scores }],
      target: [{ shape: [2], dtype: 'i32', values: [0, 2] }],
    },
    expected: [total([2, 1, 0]) - 0.8 * 2 - 0.1 * 1, total([0, 3, 0]) - 0.1 * 3],
  },
]);

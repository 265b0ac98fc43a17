import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './cosine-similarity.ts';

checkLayer(layer, [
  {
    name: 'angles of 90, 0 and 180 degrees, and a vector of length 0',
    inputs: {
      x: [{ shape: [4, 2], values: [1, 0, 3, 4, 3, 4, 0, 0] }],
      y: [{ shape: [4, 2], values: [0, 5, 6, 8, -3, -4, 1, 1] }],
    },
    expected: [0, 1, -1, 0],
    differentiable: false,
  },
  { name: 'rows', inputs: { x: [{ shape: [3, 4] }], y: [{ shape: [3, 4] }] } },
]);

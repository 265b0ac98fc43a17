import { checkOp } from '../../tests/conformance/op-harness.ts';
import { maxPool2dIndex } from './max-pool2d-index.ts';

checkOp('max-pool2d-index', [
  {
    name: 'the first of equal maxima',
    inputs: [{ shape: [1, 2, 4, 1], values: [1, 5, 2, 6, 4, 5, 6, 5] }],
    build: (b, [x]) =>
      maxPool2dIndex(b, x, { size: [2, 2], stride: [2, 2], dilation: [1, 1], padding: [0, 0, 0, 0] }),
    expected: [1, 1],
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { mean } from './mean.ts';

checkOp('mean', [
  {
    name: 'columns',
    inputs: [{ shape: [2, 3], values: [1, 2, 3, 5, 6, 7] }],
    build: (b, [x]) => mean(b, x, [0]),
    expected: [3, 4, 5],
  },
]);

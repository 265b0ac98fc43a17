import { checkOp } from '../../tests/conformance/op-harness.ts';
import { max } from './reduce-max.ts';

checkOp('reduce-max', [
  {
    name: 'rows',
    inputs: [{ shape: [2, 3], values: [1, 3, 2, -6, -5, -4] }],
    build: (b, [x]) => max(b, x, [1]),
    expected: [3, -4],
  },
  { name: 'the first axis', inputs: [{ shape: [5, 4] }], build: (b, [x]) => max(b, x, [0]) },
]);

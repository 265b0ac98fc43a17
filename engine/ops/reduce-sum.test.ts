import { checkOp } from '../../tests/conformance/op-harness.ts';
import { sum } from './reduce-sum.ts';

checkOp('reduce-sum', [
  {
    name: 'rows',
    inputs: [{ shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }],
    build: (b, [x]) => sum(b, x, [1]),
    expected: [6, 15],
  },
  {
    name: 'columns',
    inputs: [{ shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }],
    build: (b, [x]) => sum(b, x, [0]),
    expected: [5, 7, 9],
  },
  { name: 'everything', inputs: [{ shape: [7, 11] }], build: (b, [x]) => sum(b, x) },
  {
    name: 'the outer and the inner axis',
    inputs: [{ shape: [4, 3, 5] }],
    build: (b, [x]) => sum(b, x, [0, 2]),
  },
  {
    name: 'a long row',
    inputs: [{ shape: [2, 3000] }],
    build: (b, [x]) => sum(b, x, [1]),
    differentiable: false,
  },
]);

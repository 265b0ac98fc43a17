import { checkOp } from '../../tests/conformance/op-harness.ts';
import { less } from './less.ts';

checkOp('less', [
  {
    name: 'equal shapes',
    inputs: [{ shape: [3, 4] }, { shape: [3, 4] }],
    build: (b, [x, y]) => less(b, x, y),
    expected: (x, y) => (x < y ? 1 : 0),
  },
  {
    name: 'a row against a matrix',
    inputs: [{ shape: [3, 4] }, { shape: [4] }],
    build: (b, [x, y]) => less(b, x, y),
  },
]);

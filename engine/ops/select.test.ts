import { checkOp } from '../../tests/conformance/op-harness.ts';
import { less } from './less.ts';
import { select } from './select.ts';

checkOp('select', [
  {
    name: 'the larger of two',
    inputs: [{ shape: [3, 4] }, { shape: [3, 4] }],
    build: (b, [x, y]) => select(b, less(b, x, y), y, x),
    expected: (x, y) => Math.max(x, y),
  },
  {
    name: 'a number where the condition fails',
    inputs: [{ shape: [3], values: [-1, 2, -3] }],
    build: (b, [x]) => select(b, less(b, x, 0), x, 7),
    expected: [-1, 7, -3],
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { neg } from './neg.ts';

checkOp('neg', [
  {
    name: 'a matrix',
    inputs: [{ shape: [3, 5] }],
    build: (b, [x]) => neg(b, x),
    expected: (x) => -x,
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { not } from './not.ts';

checkOp('not', [
  {
    name: 'truth values',
    inputs: [{ shape: [2], dtype: 'bool', values: [0, 1] }],
    build: (b, [x]) => not(b, x),
    expected: [1, 0],
  },
]);

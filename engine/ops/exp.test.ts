import { checkOp } from '../../tests/conformance/op-harness.ts';
import { exp } from './exp.ts';

checkOp('exp', [
  {
    name: 'a matrix',
    inputs: [{ shape: [3, 5] }],
    build: (b, [x]) => exp(b, x),
    expected: (x) => Math.exp(x),
  },
]);

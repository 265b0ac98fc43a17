import { checkOp } from '../../tests/conformance/op-harness.ts';
import { sign } from './sign.ts';

checkOp('sign', [
  {
    name: 'a matrix',
    inputs: [{ shape: [3, 5] }],
    build: (b, [x]) => sign(b, x),
    expected: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
    differentiable: false,
  },
]);

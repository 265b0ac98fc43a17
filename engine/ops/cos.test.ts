import { checkOp } from '../../tests/conformance/op-harness.ts';
import { cos } from './cos.ts';

checkOp('cos', [
  {
    name: 'a matrix',
    inputs: [{ shape: [3, 5] }],
    build: (b, [x]) => cos(b, x),
    expected: (x) => Math.cos(x),
    // WGSL promises an absolute error of 2^-11 only.
    tolerance: 2 ** -11,
  },
]);

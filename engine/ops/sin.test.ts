import { checkOp } from '../../tests/conformance/op-harness.ts';
import { sin } from './sin.ts';

checkOp('sin', [
  {
    name: 'a matrix',
    inputs: [{ shape: [3, 5] }],
    build: (b, [x]) => sin(b, x),
    expected: (x) => Math.sin(x),
    // WGSL promises an absolute error of 2^-11 only.
    tolerance: 2 ** -11,
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { rsqrt } from './rsqrt.ts';

checkOp('rsqrt', [
  {
    name: 'a matrix',
    inputs: [{ shape: [3, 5], range: [0.1, 4] }],
    build: (b, [x]) => rsqrt(b, x),
    expected: (x) => 1 / Math.sqrt(x),
  },
]);

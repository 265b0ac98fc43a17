import { checkOp } from '../../tests/conformance/op-harness.ts';
import { abs } from './abs.ts';

checkOp('abs', [
  {
    name: 'a matrix',
    inputs: [{ shape: [3, 5] }],
    build: (b, [x]) => abs(b, x),
    expected: (x) => Math.max(x, -x),
  },
]);

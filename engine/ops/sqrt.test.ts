import { checkOp } from '../../tests/conformance/op-harness.ts';
import { sqrt } from './sqrt.ts';

checkOp('sqrt', [
  {
    name: 'a matrix',
    inputs: [{ shape: [3, 5], range: [0.1, 4] }],
    build: (b, [x]) => sqrt(b, x),
    expected: (x) => Math.sqrt(x),
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { cos } from './cos.ts';

checkOp('cos', [
  {
    name: 'several turns',
    inputs: [{ shape: [3, 5], range: [-20, 20] }],
    build: (b, [x]) => cos(b, x),
    expected: (x) => Math.cos(x),
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { sin } from './sin.ts';

checkOp('sin', [
  {
    name: 'several turns',
    inputs: [{ shape: [3, 5], range: [-20, 20] }],
    build: (b, [x]) => sin(b, x),
    expected: (x) => Math.sin(x),
  },
]);

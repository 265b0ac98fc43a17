import { checkOp } from '../../tests/conformance/op-harness.ts';
import { log } from './log.ts';

checkOp('log', [
  {
    name: 'a matrix',
    inputs: [{ shape: [3, 5], range: [0.1, 4] }],
    build: (b, [x]) => log(b, x),
    expected: (x) => Math.log(x),
  },
]);

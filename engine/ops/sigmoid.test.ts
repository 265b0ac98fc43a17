import { checkOp } from '../../tests/conformance/op-harness.ts';
import { sigmoid } from './sigmoid.ts';

checkOp('sigmoid', [
  {
    name: 'a matrix',
    inputs: [{ shape: [3, 5] }],
    build: (b, [x]) => sigmoid(b, x),
    expected: (x) => 0.5 * (1 + Math.tanh(x / 2)),
  },
]);

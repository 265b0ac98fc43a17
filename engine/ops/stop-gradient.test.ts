import { checkOp } from '../../tests/conformance/op-harness.ts';
import { mul } from './mul.ts';
import { stopGradient } from './stop-gradient.ts';

checkOp('stop-gradient', [
  {
    name: 'the value itself',
    inputs: [{ shape: [3], values: [1, 2, 3] }],
    build: (b, [x]) => stopGradient(b, mul(b, x, 2)),
    expected: [2, 4, 6],
    differentiable: false,
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { exp } from './exp.ts';

checkOp('exp', [
  {
    name: 'a matrix',
    inputs: [{ shape: [3, 5] }],
    build: (b, [x]) => exp(b, x),
    expected: (x) => Math.exp(x),
  },
  {
    name: 'a scalar',
    inputs: [{ shape: [] }],
    build: (b, [x]) => exp(b, x),
    expected: (x) => Math.exp(x),
  },
  {
    name: 'very small results',
    inputs: [{ shape: [3], values: [-200, -80, -1e30] }],
    build: (b, [x]) => exp(b, x),
    expected: (x) => Math.exp(x),
    differentiable: false,
  },
]);

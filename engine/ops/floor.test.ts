import { checkOp } from '../../tests/conformance/op-harness.ts';
import { floor } from './floor.ts';

checkOp('floor', [
  {
    name: 'a matrix',
    inputs: [{ shape: [3, 5] }],
    build: (b, [x]) => floor(b, x),
    expected: (x) => Math.floor(x),
    differentiable: false,
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { oneHot } from './one-hot.ts';

checkOp('one-hot', [
  {
    name: 'three classes',
    inputs: [{ shape: [2], dtype: 'i32', values: [2, 0] }],
    build: (b, [x]) => oneHot(b, x, 3),
    expected: [0, 0, 1, 1, 0, 0],
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { add } from './add.ts';
import { fill } from './constant.ts';

checkOp('constant', [
  {
    name: 'added to a row',
    inputs: [{ shape: [3], values: [1, 2, 3] }],
    build: (b, [x]) => add(b, x, fill(b, 0.5, [3])),
    expected: [1.5, 2.5, 3.5],
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { fromArray } from './from-array.ts';
import { add } from './add.ts';

checkOp('numbers of an array', [
  {
    name: 'runs of equal numbers',
    inputs: [{ shape: [7], values: [0, 0, 0, 0, 0, 0, 0] }],
    build: (b, [x]) => add(b, fromArray(b, [1, 1, 1, 2, 3, 3, 1]), x),
    expected: [1, 1, 1, 2, 3, 3, 1],
  },
]);

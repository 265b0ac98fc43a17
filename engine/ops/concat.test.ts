import { checkOp } from '../../tests/conformance/op-harness.ts';
import { concat } from './concat.ts';

checkOp('concat', [
  {
    name: 'three rows',
    inputs: [
      { shape: [2], values: [1, 2] },
      { shape: [1], values: [3] },
      { shape: [3], values: [4, 5, 6] },
    ],
    build: (b, inputs) => concat(b, inputs, 0),
    expected: [1, 2, 3, 4, 5, 6],
  },
  {
    name: 'along the last axis',
    inputs: [{ shape: [3, 2] }, { shape: [3, 4] }],
    build: (b, inputs) => concat(b, inputs, 1),
  },
]);

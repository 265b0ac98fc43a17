import { checkOp } from '../../tests/conformance/op-harness.ts';
import { logSoftmax, maskedSoftmax, softmax } from './softmax.ts';

const sum = Math.exp(1) + Math.exp(2) + Math.exp(3);
const shares = [1, 2, 3].map((x) => Math.exp(x) / sum);

checkOp('softmax', [
  {
    name: 'a row',
    inputs: [{ shape: [1, 3], values: [1, 2, 3] }],
    build: (b, [x]) => softmax(b, x),
    expected: shares,
  },
  {
    name: 'large scores do not overflow',
    inputs: [{ shape: [1, 3], values: [1001, 1002, 1003] }],
    build: (b, [x]) => softmax(b, x),
    expected: shares,
    differentiable: false,
  },
  { name: 'many rows', inputs: [{ shape: [6, 10] }], build: (b, [x]) => softmax(b, x) },
  {
    name: 'logarithm of a row',
    inputs: [{ shape: [1, 3], values: [1, 2, 3] }],
    build: (b, [x]) => logSoftmax(b, x),
    expected: shares.map(Math.log),
  },
  { name: 'logarithm of many rows', inputs: [{ shape: [5, 7] }], build: (b, [x]) => logSoftmax(b, x) },
  {
    name: 'one class',
    inputs: [{ shape: [4, 1] }],
    build: (b, [x]) => softmax(b, x),
    expected: [1, 1, 1, 1],
  },
  {
    name: 'logarithm of scores far apart',
    inputs: [{ shape: [1, 3], values: [0, 1000, -1000] }],
    build: (b, [x]) => logSoftmax(b, x),
    expected: [-1000, 0, -2000],
    differentiable: false,
  },
  {
    name: 'among the scores that count, however large the others',
    inputs: [
      { shape: [2, 4], values: [1, 2, 500, 3, 7, 7, 7, 7] },
      { shape: [2, 4], dtype: 'bool', values: [1, 1, 0, 1, 0, 0, 0, 0] },
    ],
    build: (b, [x, counts]) => maskedSoftmax(b, x, counts),
    expected: [shares[0], shares[1], 0, shares[2], 0, 0, 0, 0],
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { pow } from './pow.ts';

checkOp('pow', [
  {
    name: 'equal shapes',
    inputs: [
      { shape: [3, 4], range: [0.5, 2.5] },
      { shape: [3, 4], range: [0.5, 2.5] },
    ],
    build: (b, [x, y]) => pow(b, x, y),
    expected: (x, y) => Math.exp(y * Math.log(x)),
    tolerance: 1e-5,
  },
  {
    name: 'a row against a matrix',
    inputs: [
      { shape: [3, 4], range: [0.5, 2.5] },
      { shape: [4], range: [0.5, 2.5] },
    ],
    build: (b, [x, y]) => pow(b, x, y),
    tolerance: 1e-5,
  },
]);

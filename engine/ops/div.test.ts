import { checkOp } from '../../tests/conformance/op-harness.ts';
import { div } from './div.ts';

checkOp('div', [
  {
    name: 'equal shapes',
    inputs: [
      { shape: [3, 4], range: [0.5, 3] },
      { shape: [3, 4], range: [0.5, 3] },
    ],
    build: (b, [x, y]) => div(b, x, y),
    expected: (x, y) => x / y,
  },
  {
    name: 'a row against a matrix',
    inputs: [
      { shape: [3, 4], range: [0.5, 3] },
      { shape: [4], range: [0.5, 3] },
    ],
    build: (b, [x, y]) => div(b, x, y),
  },
]);

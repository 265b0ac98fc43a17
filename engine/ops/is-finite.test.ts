import { checkOp } from '../../tests/conformance/op-harness.ts';
import { div } from './div.ts';
import { isFinite } from './is-finite.ts';

checkOp('is-finite', [
  {
    name: 'numbers, infinities and NaN',
    inputs: [
      { shape: [4], values: [1, -1, 0, 0] },
      { shape: [4], values: [3, 0, 0, 5] },
    ],
    build: (b, [x, y]) => isFinite(b, div(b, x, y)),
    expected: [1, 0, 0, 1],
  },
]);

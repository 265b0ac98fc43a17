import { checkOp } from '../../tests/conformance/op-harness.ts';
import { add } from './add.ts';

checkOp('add', [
  {
    name: 'equal shapes',
    inputs: [{ shape: [3, 4] }, { shape: [3, 4] }],
    build: (b, [x, y]) => add(b, x, y),
    expected: (x, y) => x + y,
  },
  {
    name: 'a row against a matrix',
    inputs: [{ shape: [3, 4] }, { shape: [4] }],
    build: (b, [x, y]) => add(b, x, y),
  },
  {
    name: 'a column against a row',
    inputs: [{ shape: [3, 1] }, { shape: [1, 5] }],
    build: (b, [x, y]) => add(b, x, y),
  },
  {
    name: 'whole numbers',
    inputs: [
      { shape: [3], dtype: 'i32', values: [-1, 2, 2_000_000_000] },
      { shape: [3], dtype: 'i32', values: [-2, 5, 7] },
    ],
    build: (b, [x, y]) => add(b, x, y),
    expected: [-3, 7, 2_000_000_007],
    tolerance: 0,
  },
]);

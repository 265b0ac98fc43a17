import { checkOp } from '../../tests/conformance/op-harness.ts';
import { and } from './and.ts';

checkOp('and', [
  {
    name: 'equal shapes',
    inputs: [
      { shape: [3, 4], range: [0, 2], dtype: 'bool' },
      { shape: [3, 4], range: [0, 2], dtype: 'bool' },
    ],
    build: (b, [x, y]) => and(b, x, y),
    expected: (x, y) => (x === 1 && y === 1 ? 1 : 0),
  },
  {
    name: 'a row against a matrix',
    inputs: [
      { shape: [3, 4], range: [0, 2], dtype: 'bool' },
      { shape: [4], range: [0, 2], dtype: 'bool' },
    ],
    build: (b, [x, y]) => and(b, x, y),
  },
]);

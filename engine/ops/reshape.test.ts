import { checkOp } from '../../tests/conformance/op-harness.ts';
import { reshape } from './reshape.ts';

checkOp('reshape', [
  {
    name: 'keeps the order of elements',
    inputs: [{ shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }],
    build: (b, [x]) => reshape(b, x, [3, 2]),
    expected: [1, 2, 3, 4, 5, 6],
  },
  {
    name: 'splits and joins axes',
    inputs: [{ shape: [4, 3, 6] }],
    build: (b, [x]) => reshape(b, x, [2, 18, 2]),
  },
]);

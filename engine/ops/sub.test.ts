import { checkOp } from '../../tests/conformance/op-harness.ts';
import { sub } from './sub.ts';

checkOp('sub', [
  {
    name: 'equal shapes',
    inputs: [{ shape: [3, 4] }, { shape: [3, 4] }],
    build: (b, [x, y]) => sub(b, x, y),
    expected: (x, y) => x - y,
  },
  {
    name: 'a row against a matrix',
    inputs: [{ shape: [3, 4] }, { shape: [4] }],
    build: (b, [x, y]) => sub(b, x, y),
  },
]);

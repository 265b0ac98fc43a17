import { checkOp } from '../../tests/conformance/op-harness.ts';
import { iota } from './iota.ts';

checkOp('iota', [
  { name: 'rows', inputs: [], build: (b) => iota(b, [2, 3], 0), expected: [0, 0, 0, 1, 1, 1] },
  { name: 'columns', inputs: [], build: (b) => iota(b, [2, 3], 1), expected: [0, 1, 2, 0, 1, 2] },
]);

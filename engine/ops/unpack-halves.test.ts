import { checkOp } from '../../tests/conformance/op-harness.ts';
import { packHalves } from './pack-halves.ts';
import { unpackHalves } from './unpack-halves.ts';

const values = [1, -2, 0.5, 65_504, -(2 ** -14), 2 ** -15, 2 ** -24, 0, -0.333251953125, 1024, 3, -7];

checkOp('unpack-halves', [
  {
    name: 'numbers of 16 bits come back as they were',
    inputs: [{ shape: [2, 6], values }],
    build: (b, [x]) => unpackHalves(b, packHalves(b, x), [2, 6]),
    expected: values,
    differentiable: false,
  },
  {
    name: 'others to eleven digits in base two',
    inputs: [{ shape: [64, 3], range: [-100, 100] }],
    build: (b, [x]) => unpackHalves(b, packHalves(b, x), [64, 3]),
    differentiable: false,
  },
]);

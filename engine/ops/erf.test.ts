import { checkOp } from '../../tests/conformance/op-harness.ts';
import { erf } from './erf.ts';

// Values of erf from DLMF table 7.2 and mpmath, 15 digits.
checkOp('erf', [
  {
    name: 'tabulated values',
    inputs: [{ shape: [5], values: [-3, -0.5, 0, 1, 2] }],
    build: (b, [x]) => erf(b, x),
    expected: [-0.999977909503001, -0.520499877813047, 0, 0.842700792949715, 0.995322265018953],
  },
  { name: 'a matrix', inputs: [{ shape: [4, 4] }], build: (b, [x]) => erf(b, x) },
  {
    name: 'every part of its range',
    inputs: [{ shape: [4096], range: [-4.5, 4.5] }],
    build: (b, [x]) => erf(b, x),
    differentiable: false,
    tolerance: 2.5e-7,
  },
]);

import { checkOp } from '../../tests/conformance/op-harness.ts';
import { cast } from './cast.ts';
import { packHalves } from './pack-halves.ts';

const words = (...values: readonly number[]): number[] => [
  ...new Uint32Array(Float16Array.from(values).buffer),
];
/** Ties, numbers below 2⁻¹⁴, the smallest ones and the largest. */
const EDGES = [1 + 2 ** -11, 1 + 3 * 2 ** -11, -(2 ** -15), 2 ** -24, 2 ** -26, -65_504, 0.1, -3.14159];

checkOp('pack-halves', [
  {
    name: 'two to a word',
    inputs: [{ shape: [2, 4], values: EDGES }],
    build: (b, [x]) => packHalves(b, x),
    expected: words(...EDGES),
    tolerance: 1e-10,
    differentiable: false,
  },
  {
    name: 'beyond the range',
    inputs: [{ shape: [4], values: [1e6, -1e6, 65_519, 65_520] }],
    build: (b, [x]) => packHalves(b, x),
    expected: words(65_504, -65_504, 65_504, 65_504),
    tolerance: 1e-10,
    differentiable: false,
  },
  {
    name: 'of an odd width, by a kernel of vectors',
    inputs: [{ shape: [8, 3], values: Array.from({ length: 24 }, (_, at) => Math.sin(at)) }],
    build: (b, [x]) => cast(b, packHalves(b, x), 'u32'),
    expected: words(...Array.from({ length: 24 }, (_, at) => Math.fround(Math.sin(at)))),
    tolerance: 1e-10,
    differentiable: false,
  },
]);

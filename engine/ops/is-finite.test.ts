import type { Builder, Value } from '../ir/builder.ts';
import { checkOp } from '../../tests/conformance/op-harness.ts';
import { div } from './div.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { isFinite } from './is-finite.ts';
import { maximum } from './max.ts';
import { minimum } from './min.ts';
import { sigmoid } from './sigmoid.ts';
import { tanh } from './tanh.ts';

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
  ...Object.entries({ erf, exp, sigmoid, tanh }).map(([name, activation]) => ({
    name: `NaN passes through ${name}`,
    inputs: [{ shape: [5], values: [0, 0, 0, 1, 2] }],
    build: (b: Builder, [x]: readonly Value[]) => isFinite(b, activation(b, div(b, x, x))),
    expected: [0, 0, 0, 1, 1],
  })),
  ...Object.entries({ maximum, minimum }).map(([name, clamp]) => ({
    name: `NaN passes through ${name} with a bound`,
    inputs: [{ shape: [5], values: [0, 0, 0, 1, 2] }],
    build: (b: Builder, [x]: readonly Value[]) => isFinite(b, clamp(b, div(b, x, x), 0)),
    expected: [0, 0, 0, 1, 1],
  })),
]);

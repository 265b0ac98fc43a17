import { describe, expect, it } from 'vitest';
import { checkWith, state } from '../../../../tests/conformance/profiles.ts';
import { Builder, type Value } from '../../../ir/builder.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { add } from '../../../ops/add.ts';
import { mean } from '../../../ops/mean.ts';
import { mul } from '../../../ops/mul.ts';
import { sum } from '../../../ops/reduce-sum.ts';
import { restore } from '../../../ops/reduction.ts';
import { rsqrt } from '../../../ops/rsqrt.ts';
import { logSoftmax, softmax } from '../../../ops/softmax.ts';
import { sub } from '../../../ops/sub.ts';
import { compileModule } from '../../../passes/compile.ts';
import { differentiate } from '../../../passes/differentiate.ts';
import { webgpuTarget } from '../target.ts';
import { profileOf } from './kernel-table.ts';
import type { Team } from './reduce.ts';

const device = {
  name: '',
  vendor: '',
  architecture: '',
  backend: '',
  software: false,
  features: [],
  maxBufferBytes: 0,
  maxBuffersPerKernel: 8,
};
const card = profileOf(device);

function layerNorm(b: Builder, x: Value): Value {
  const { shape } = x.type;
  const axes = [shape.length - 1];
  const along = (value: Value): Value => restore(b, mean(b, value, axes), shape, axes);
  const centred = sub(b, x, along(x));
  return mul(b, centred, rsqrt(b, add(b, along(mul(b, centred, centred)), 1e-5)));
}

const FUNCTIONS = { softmax, logSoftmax, layerNorm } as const;

/** Nothing but invocations of their own, and teams that the software adapter of the tests has. */
const TEAMS: readonly (Team | undefined)[] = [
  undefined,
  { kind: 'subgroup', size: 4 },
  { kind: 'workgroup', size: 16 },
];

describe.each(TEAMS)('rows, by a team of %j', (team) => {
  const profile = { ...card, reducing: { workgroup: 16, team } };

  it.each([[[6, 150]], [[3, 5, 64]], [[40, 7]]])('of %j: functions and their gradients', async (shape) => {
    await checkWith(profile, [state('x', shape), state('weights', shape)], (b, x, weights) => {
      for (const [name, apply] of Object.entries(FUNCTIONS)) {
        const y = apply(b, x);
        b.output(name, y);
        const [gradient] = differentiate(b, sum(b, mul(b, y, weights)), [x]);
        b.output(`gradient of ${name}`, gradient);
      }
    });
  });
});

describe('a kernel', () => {
  it.each(Object.entries(FUNCTIONS))('computes all of %s', (_, apply) => {
    const b = new Builder('main');
    const x = state('x', [64, 32, 128]);
    b.output('y', apply(b, b.read(x)));
    const kernels: Kernel[] = [];
    const target = webgpuTarget(device);
    compileModule(
      { states: [x], programs: [b.finish()] },
      { target, onKernel: (kernel) => kernels.push(kernel) },
    );
    expect(kernels.map(({ work }) => work.kind)).toEqual(['rows']);
  });
});

import { describe, it } from 'vitest';
import { checkWith, state } from '../../../../tests/conformance/profiles.ts';
import { div } from '../../../ops/div.ts';
import { exp } from '../../../ops/exp.ts';
import { mul } from '../../../ops/mul.ts';
import { max } from '../../../ops/reduce-max.ts';
import { mean } from '../../../ops/mean.ts';
import { sum } from '../../../ops/reduce-sum.ts';
import { reshape } from '../../../ops/reshape.ts';
import { rsqrt } from '../../../ops/rsqrt.ts';
import { sub } from '../../../ops/sub.ts';
import { profileOf } from './kernel-table.ts';
import type { Team } from './reduce.ts';

const card = profileOf({
  name: '',
  vendor: '',
  architecture: '',
  backend: '',
  software: false,
  features: [],
  maxBufferBytes: 0,
  maxBuffersPerKernel: 8,
});

// The software adapter of the tests has subgroups of four.
const TEAMS: readonly Team[] = [
  { kind: 'subgroup', size: 4 },
  { kind: 'workgroup', size: 16 },
  { kind: 'workgroup', size: 64 },
];

describe.each(TEAMS)('a $kind of $size', (team) => {
  const profile = { ...card, reducing: { ...card.reducing, team } };

  it.each([[[3, 128]], [[7, 131]], [[2, 3, 130]], [[1, 1000]], [[64, 9]]])(
    'sums and finds the largest of the rows of %j',
    async (shape) => {
      const last = shape.length - 1;
      await checkWith(profile, [state('x', shape)], (b, x) => {
        b.output('sum', sum(b, x, [last]));
        b.output('max', max(b, x, [last]));
        b.output('squares', sum(b, mul(b, x, x)));
      });
    },
  );

  it('sums over two axes that are not neighbours', async () => {
    await checkWith(profile, [state('x', [5, 7, 30])], (b, x) => b.output('sum', sum(b, x, [0, 2])));
  });

  it('computes a softmax and a layer norm', async () => {
    const rows = [6, 1];
    await checkWith(profile, [state('x', [6, 150])], (b, x) => {
      const e = exp(b, sub(b, x, reshape(b, max(b, x, [1]), rows)));
      b.output('softmax', div(b, e, reshape(b, sum(b, e, [1]), rows)));
      const centred = sub(b, x, reshape(b, mean(b, x, [1]), rows));
      const variance = reshape(b, mean(b, mul(b, centred, centred), [1]), rows);
      b.output('norm', mul(b, centred, rsqrt(b, variance)));
    });
  });
});

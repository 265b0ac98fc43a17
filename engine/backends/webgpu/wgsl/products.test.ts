import { describe, expect, it } from 'vitest';
import { checkWith, state } from '../../../../tests/conformance/profiles.ts';
import { add } from '../../../ops/add.ts';
import { conv2d } from '../../../ops/conv2d.ts';
import { conv2dInputGradient } from '../../../ops/conv2d-input-gradient.ts';
import { conv2dKernelGradient } from '../../../ops/conv2d-kernel-gradient.ts';
import { matmul } from '../../../ops/matmul.ts';
import { maximum } from '../../../ops/max.ts';
import { mul } from '../../../ops/mul.ts';
import { sub } from '../../../ops/sub.ts';
import { tanh } from '../../../ops/tanh.ts';
import { chooseTile, profileOf } from './kernel-table.ts';
import { tileName } from './tiles.ts';

const device = {
  name: '',
  vendor: '',
  architecture: '',
  backend: '',
  maxBufferBytes: 0,
  maxBuffersPerKernel: 8,
};
const profiles = ['nvidia', 'intel', 'arm']
  .map((vendor) => profileOf({ ...device, vendor, software: false, features: [] }))
  .concat(profileOf({ ...device, software: true, features: ['subgroups'], subgroupSize: 4 }));
const tiles = new Map(
  profiles.flatMap((profile) => profile.tiles.map((tile) => [tileName(tile), { ...profile, tiles: [tile] }])),
);
const named = [...tiles].map(([name, profile]) => ({ name, profile }));
// A software adapter takes seconds to compile a kernel with barriers: two tiles stand for all in what follows.
const some = named.filter(
  ({
    name,
    profile: {
      tiles: [{ kind }],
    },
  }) => kind === 'registers' || ['64 × 64 × 16 by 8 × 8', '32 × 64 × 16 by 4 × 4'].includes(name),
);

describe('products', () => {
  it.each(named)('with odd edges, in tiles of $name', { timeout: 120_000 }, async ({ profile }) => {
    const states = [state('x', [70, 33]), state('wt', [13, 33])];
    await checkWith(profile, states, (b, x, wt) => b.output('y', matmul(b, x, wt, { transposeRight: true })));
  });

  describe.each(some)('in tiles of $name', { timeout: 120_000 }, ({ profile }) => {
    it.each([
      { m: 1, k: 1, n: 1 },
      { m: 3, k: 5, n: 2 },
      { m: 36, k: 20, n: 132 },
    ])('of $m × $k and $k × $n, transposed or not', async ({ m, k, n }) => {
      const states = [state('x', [m, k]), state('xt', [k, m]), state('w', [k, n]), state('wt', [n, k])];
      await checkWith(profile, states, (b, x, xt, w, wt) => {
        b.output('plain', matmul(b, x, w));
        b.output('left', matmul(b, xt, w, { transposeLeft: true }));
        b.output('right', matmul(b, x, wt, { transposeRight: true }));
      });
    });

    it('of many matrices, with all that is fused into them', async () => {
      const shapes = { x: [3, 18, 24], w: [3, 24, 40], bias: [40], rest: [3, 18, 40] };
      const states = Object.entries(shapes).map(([name, shape]) => state(name, shape));
      await checkWith(profile, states, (b, x, w, bias, rest) => {
        const product = matmul(b, maximum(b, x, 0), w);
        b.output('before', add(b, product, bias));
        b.output('after', add(b, tanh(b, add(b, product, bias)), rest));
      });
    });

    it('that end with the update of a weight in its place', async () => {
      const states = [state('x', [32, 12]), state('g', [32, 20]), state('w', [12, 20])];
      await checkWith(profile, states, (b, x, g, w) => {
        b.write(states[2], sub(b, w, mul(b, matmul(b, x, g, { transposeLeft: true }), 0.1)));
      });
    });

    const same = { stride: [1, 1], dilation: [1, 1], padding: [1, 1, 1, 1] } as const;
    const odd = { ...same, stride: [2, 1] as const, dilation: [1, 2] as const };
    it.each([
      { channels: 8, filters: 12, kind: 'padded', window: same },
      { channels: 3, filters: 5, kind: 'strided and dilated', window: odd },
    ])('that are $kind convolutions of $channels channels to $filters', async (sample) => {
      const { channels, filters, window } = sample;
      const states = [state('x', [3, 9, 8, channels]), state('kernel', [3, 3, channels, filters])];
      await checkWith(profile, states, (b, x, kernel) => {
        const y = conv2d(b, x, kernel, window);
        b.output('y', y);
        b.output('dx', conv2dInputGradient(b, tanh(b, y), kernel, x.type.shape, window));
        b.output('dk', conv2dKernelGradient(b, x, tanh(b, y), kernel.type.shape, window));
      });
    });
  });
});

describe('the tile of a product', () => {
  const chosen = (vendor: string, rows: number, columns: number, depth: number, batches = 1): string => {
    const profile = profileOf({ ...device, vendor, software: vendor === 'google', features: [] });
    return tileName(chooseTile(profile, { rows, columns, depth, batches }));
  };
  it.each([
    { vendor: 'nvidia', rows: 4096, columns: 4096, depth: 4096, tile: '128 × 128 × 8 by 8 × 8' },
    { vendor: 'intel', rows: 4096, columns: 4096, depth: 4096, tile: '64 × 64 × 16 by 4 × 4' },
    { vendor: 'apple', rows: 512, columns: 512, depth: 512, tile: '64 × 64 × 16 by 4 × 4' },
    { vendor: 'nvidia', rows: 32, columns: 10, depth: 64, tile: '4 × 4, 64 invocations' },
    { vendor: 'arm', rows: 512, columns: 512, depth: 512, tile: '8 × 8, 64 invocations' },
    { vendor: 'google', rows: 512, columns: 512, depth: 512, tile: '8 × 16, 16 invocations' },
  ])('of $rows × $depth × $columns on $vendor is $tile', ({ vendor, rows, columns, depth, tile }) => {
    expect(chosen(vendor, rows, columns, depth)).toBe(tile);
  });
});

import { expect, it } from 'vitest';
import type { DeviceInfo } from '../../../core/device.ts';
import { Builder, type Value } from '../../../ir/builder.ts';
import type { State } from '../../../ir/program.ts';
import { add } from '../../../ops/add.ts';
import { conv2d } from '../../../ops/conv2d.ts';
import { matmul } from '../../../ops/matmul.ts';
import { maximum } from '../../../ops/max.ts';
import { sum } from '../../../ops/reduce-sum.ts';
import { compileModule } from '../../../passes/compile.ts';
import { webgpuTarget } from '../target.ts';

/** `vitest run -u` writes the files anew. */

const SOFTWARE: DeviceInfo = {
  name: 'SwiftShader',
  vendor: 'google',
  architecture: 'swiftshader',
  backend: 'vulkan',
  software: true,
  features: ['subgroups'],
  maxBufferBytes: 2 ** 30,
  maxBuffersPerKernel: 12,
  subgroupSize: 4,
};
const HARDWARE: DeviceInfo = {
  ...SOFTWARE,
  name: 'GPU',
  vendor: 'nvidia',
  architecture: 'ampere',
  software: false,
  subgroupSize: 32,
};

type Shapes = Readonly<Record<string, readonly number[]>>;

function wgsl(device: DeviceInfo, shapes: Shapes, build: (b: Builder, ...inputs: Value[]) => Value): string {
  const states = Object.entries(shapes).map(([name, shape]): State => ({
    name,
    type: { dtype: 'f32', shape },
    role: 'parameter',
    init: { kind: 'upload' },
  }));
  const b = new Builder('golden');
  b.output('y', build(b, ...states.map((state) => b.read(state))));
  const plan = compileModule(
    { states, programs: [b.finish()] },
    { target: webgpuTarget(device), verify: true },
  );
  return plan.kernels.map((kernel) => `// ${kernel.label}\n${kernel.code}`).join('\n');
}

const golden = (name: string): string => `../../../../tests/goldens/wgsl/${name}.wgsl`;

it.each([
  ['software', SOFTWARE],
  ['hardware', HARDWARE],
])('dense layer for %s adapters', async (name, device) => {
  const text = wgsl(device, { x: [32, 20], w: [20, 10], bias: [10] }, (b, x, w, bias) =>
    maximum(b, add(b, matmul(b, x, w), bias), 0),
  );
  await expect(text).toMatchFileSnapshot(golden(`dense-${name}`));
});

it('large product for hardware adapters', async () => {
  const text = wgsl(HARDWARE, { x: [1024, 512], w: [512, 1024], bias: [1024] }, (b, x, w, bias) =>
    maximum(b, add(b, matmul(b, x, w), bias), 0),
  );
  await expect(text).toMatchFileSnapshot(golden('product-hardware'));
});

it('convolution for hardware adapters', async () => {
  const window = { stride: [1, 1], dilation: [1, 1], padding: [1, 1, 1, 1] } as const;
  const text = wgsl(HARDWARE, { x: [32, 14, 14, 32], kernel: [3, 3, 32, 64] }, (b, x, kernel) =>
    conv2d(b, x, kernel, window),
  );
  await expect(text).toMatchFileSnapshot(golden('convolution-hardware'));
});

it('convolution', async () => {
  const window = { stride: [1, 1], dilation: [1, 1], padding: [1, 1, 1, 1] } as const;
  const text = wgsl(SOFTWARE, { x: [2, 6, 6, 4], kernel: [3, 3, 4, 8] }, (b, x, kernel) =>
    conv2d(b, x, kernel, window),
  );
  await expect(text).toMatchFileSnapshot(golden('convolution'));
});

it('reduction in two stages', async () => {
  const text = wgsl(SOFTWARE, { x: [4096] }, (b, x) => sum(b, x));
  await expect(text).toMatchFileSnapshot(golden('reduction'));
});

it.each([
  ['subgroup', ['subgroups']],
  ['workgroup', []],
])('rows reduced by a %s on hardware adapters', async (name, features) => {
  const text = wgsl({ ...HARDWARE, features }, { x: [64, 1024] }, (b, x) => sum(b, x, [1]));
  await expect(text).toMatchFileSnapshot(golden(`reduction-${name}`));
});

it('runs more workgroups than one axis of a dispatch holds', () => {
  const states: State[] = [
    { name: 'x', type: { dtype: 'f32', shape: [65_536 * 256 + 4] }, role: 'data', init: { kind: 'upload' } },
  ];
  const b = new Builder('large');
  b.output('y', add(b, b.read(states[0]), 1));
  const plan = compileModule({ states, programs: [b.finish()] }, { target: webgpuTarget(HARDWARE) });
  expect(plan.programs[0].steps).toMatchObject([{ workgroups: [65535, 2, 1] }]);
});

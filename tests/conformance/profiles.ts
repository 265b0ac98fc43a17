import { expect } from 'vitest';
import { allocate } from '../../engine/core/dtype.ts';
import { ndarray } from '../../engine/core/ndarray.ts';
import { uniform } from '../../engine/core/random.ts';
import { size } from '../../engine/core/shape.ts';
import { interpret } from '../../engine/backends/reference/interpret.ts';
import { webgpuTarget } from '../../engine/backends/webgpu/target.ts';
import type { Profile } from '../../engine/backends/webgpu/wgsl/kernel-table.ts';
import { Builder, type Value } from '../../engine/ir/builder.ts';
import type { State } from '../../engine/ir/program.ts';
import { compileModule } from '../../engine/passes/compile.ts';
import { device } from './device.ts';

/** Kernels as they are written for other adapters than the one that there is. */

export const state = (name: string, shape: readonly number[]): State => ({
  name,
  type: { dtype: 'f32', shape },
  role: 'parameter',
  init: { kind: 'upload' },
});

const valuesOf = ({ name, type }: State): Float64Array =>
  Float64Array.from({ length: size(type.shape) }, (_, at) =>
    Math.fround(2 * uniform(name.length, name.charCodeAt(0), 1, at) - 1),
  );

/** Runs a program with the tiles of a profile and compares all it stores with the float64 reference. */
export async function checkWith(
  profile: Profile,
  states: readonly State[],
  build: (b: Builder, ...inputs: Value[]) => void,
) {
  const executor = await device();
  const b = new Builder('main');
  build(b, ...states.map((each) => b.read(each)));
  const program = b.finish();
  const target = webgpuTarget(executor.device, profile);
  const session = await executor.load(
    compileModule({ states, programs: [program] }, { target, verify: true }),
  );
  for (const each of states) {
    const values = allocate('f32', size(each.type.shape));
    values.set(valuesOf(each));
    await session.upload(each.name, values);
  }
  await session.run('main', 1);
  const inputs = new Map(states.map((each) => [each.name, ndarray('f32', each.type.shape, valuesOf(each))]));
  const { writes, outputs } = interpret(program, inputs);
  const wanted = new Map([...writes, ...outputs]);
  const read = await session.read([...wanted.keys()]);
  for (const [name, { data }] of wanted) {
    const scale = data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const worst = data.reduce((most, value, at) => Math.max(most, Math.abs(value - read[name][at])), 0);
    expect(worst / scale, name).toBeLessThan(1e-5);
  }
  await session.dispose();
}

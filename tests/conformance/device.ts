import { afterAll } from 'vitest';
import { allocate } from '../../engine/core/dtype.ts';
import { ndarray, type NdArray } from '../../engine/core/ndarray.ts';
import type { Module } from '../../engine/ir/program.ts';
import type { Executor } from '../../engine/backends/executor.ts';
import { createDawnExecutor } from '../../engine/backends/webgpu/dawn.ts';
import { webgpuTarget } from '../../engine/backends/webgpu/target.ts';
import { compileModule } from '../../engine/passes/compile.ts';

let executor: Promise<Executor> | undefined;

/** The WebGPU device of this test process, opened at the first call and closed when the file is done. */
export function device(): Promise<Executor> {
  executor ??= createDawnExecutor();
  return executor;
}

afterAll(async () => {
  await (await executor)?.close();
});

/** Compiles a module, verified after every pass, and runs its first program once on WebGPU. */
export async function runOnWebGpu(
  module: Module,
  states: ReadonlyMap<string, NdArray>,
  names: readonly string[],
): Promise<ReadonlyMap<string, NdArray>> {
  const gpu = await device();
  const plan = compileModule(module, {
    target: webgpuTarget(gpu.device),
    verify: true,
  });
  const session = await gpu.load(plan);
  for (const [name, { dtype, data }] of states) {
    const values = allocate(dtype, data.length);
    values.set(data);
    await session.upload(name, values);
  }
  await session.run(module.programs[0].name, 1);
  const read = await session.read(names);
  await session.dispose();
  const shapes = new Map([
    ...plan.states.map(({ name, shape }) => [name, shape] as const),
    ...plan.programs[0].outputs.map(({ name, shape }) => [name, shape] as const),
  ]);
  const types = new Map([
    ...plan.states.map(({ name, dtype }) => [name, dtype] as const),
    ...plan.programs[0].outputs.map(({ name, dtype }) => [name, dtype] as const),
  ]);
  return new Map(names.map((name) => [name, ndarray(types.get(name)!, shapes.get(name)!, read[name])]));
}

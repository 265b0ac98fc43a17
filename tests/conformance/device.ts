import { afterAll } from 'vitest';
import { allocate } from '../../engine/core/dtype.ts';
import { ndarray, type NdArray } from '../../engine/core/ndarray.ts';
import type { Module } from '../../engine/ir/program.ts';
import type { Executor } from '../../engine/backends/executor.ts';
import { targetOf } from '../../engine/backends/target.ts';
import { createDawnExecutor } from '../../engine/backends/webgpu/dawn.ts';
import { webgpuTarget } from '../../engine/backends/webgpu/target.ts';
import { profileOf } from '../../engine/backends/webgpu/wgsl/kernel-table.ts';
import { compileModule } from '../../engine/passes/compile.ts';
import type { Target } from '../../engine/passes/target.ts';
import { createCpuExecutor } from '../../engine/process/cpu.ts';

/** What everything must come out the same on. */
export const DEVICES = ['WebGPU', 'the processor'] as const;
/** The adapter that there is, with kernels as they are written for a graphics card. */
export const AS_ON_A_CARD = 'WebGPU as on a graphics card';
export type DeviceName = (typeof DEVICES)[number] | typeof AS_ON_A_CARD;

/** More than one thread wherever the tests run. */
const THREADS = 2;

export async function openDevice(name: DeviceName): Promise<Executor> {
  return name === 'the processor' ? createCpuExecutor(THREADS) : createDawnExecutor();
}

const opened = new Map<DeviceName, Promise<Executor>>();

/** A device of this test process, opened at the first call and closed when the file is done. */
export function device(name: DeviceName = 'WebGPU'): Promise<Executor> {
  const executor = opened.get(name) ?? openDevice(name);
  opened.set(name, executor);
  return executor;
}

afterAll(async () => {
  for (const executor of opened.values()) await (await executor).close();
});

function targetFor(name: DeviceName, { device }: Executor): Target {
  if (name !== AS_ON_A_CARD) return targetOf(device);
  return webgpuTarget(device, profileOf({ ...device, vendor: 'nvidia', software: false }));
}

/** Compiles a module, verified after every pass, and runs its first program once on a device. */
export async function runOn(
  name: DeviceName,
  module: Module,
  states: ReadonlyMap<string, NdArray>,
  names: readonly string[],
): Promise<ReadonlyMap<string, NdArray>> {
  const executor = await device(name);
  const plan = compileModule(module, { target: targetFor(name, executor), verify: true });
  const session = await executor.load(plan);
  for (const [state, { dtype, data }] of states) {
    const values = allocate(dtype, data.length);
    values.set(data);
    await session.upload(state, values);
  }
  await session.run(module.programs[0].name, 1);
  const read = await session.read(names);
  await session.dispose();
  const tensors = new Map(
    [...plan.states, ...plan.programs[0].outputs].map((tensor) => [tensor.name, tensor]),
  );
  return new Map(
    names.map((tensor) => {
      const { dtype, shape } = tensors.get(tensor)!;
      return [tensor, ndarray(dtype, shape, read[tensor])];
    }),
  );
}

import { describe, expect, it } from 'vitest';
import { targetOf } from '../../engine/backends/target.ts';
import type { DeviceInfo } from '../../engine/core/device.ts';
import type { Kernel } from '../../engine/kernel/kernel.ts';
import { compileModule } from '../../engine/passes/compile.ts';
import type { Plan } from '../../engine/passes/plan.ts';
import { moduleOf } from '../bench/model.ts';
import { WORKLOADS, WORKLOAD_NAMES, type WorkloadName } from '../bench/workloads.ts';

/** How many kernels a training step takes, and what is in them. Nothing is run. */

/** A graphics card with the limits that every WebGPU device has (WebGPU, §3.6.2). */
const CARD: DeviceInfo = {
  name: 'a graphics card',
  vendor: '',
  architecture: '',
  backend: 'none',
  software: false,
  features: [],
  maxBufferBytes: 128 * 2 ** 20,
  maxBuffersPerKernel: 8,
};

function compiled(name: WorkloadName): { readonly plan: Plan; readonly kernels: readonly Kernel[] } {
  const kernels: Kernel[] = [];
  const options = {
    target: targetOf(CARD),
    verify: true,
    onKernel: (kernel: Kernel) => kernels.push(kernel),
  };
  return { plan: compileModule(moduleOf(WORKLOADS[name]), options), kernels };
}

/** Kernels that write a weight and both of its moments over the old ones. */
const updatesIn = (kernels: readonly Kernel[]): Kernel[] =>
  kernels.filter(({ axes, stores }) => {
    return axes.length > 0 && stores.filter(({ overwrites }) => overwrites !== undefined).length === 3;
  });

describe.each(WORKLOAD_NAMES)('a training step of the workload %s', (name) => {
  const { plan, kernels } = compiled(name);

  it('updates every weight and its moments in place, in one kernel', () => {
    expect(updatesIn(kernels)).toHaveLength(plan.states.filter(({ role }) => role === 'parameter').length);
  });

  it('copies no new value over an old one', () => {
    const [{ steps }] = plan.programs;
    const states = new Set(plan.states.map(({ buffer }) => buffer));
    expect(steps.filter((step) => 'copy' in step && states.has(step.copy.to))).toEqual([]);
  });
});

it.each(['mlp', 'cnn', 'transformer'] as const)(
  'the workload %s updates weights where their gradient is summed',
  (name) => {
    expect(updatesIn(compiled(name).kernels).filter(({ work }) => work.kind === 'map')).toEqual([]);
  },
);

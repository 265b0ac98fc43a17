import type { DeviceInfo } from '../../core/device.ts';
import { size } from '../../core/shape.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Target, WrittenKernel } from '../../passes/target.ts';
import { extentsOf } from '../codegen/accumulation.ts';
import { BOUND_TWICE } from './wgsl/bindings.ts';
import { writeContract } from './wgsl/contract.ts';
import { chooseTile, profileOf, type Problem, type Profile } from './wgsl/kernel-table.ts';
import { writeMap } from './wgsl/map.ts';
import type { Contract } from './wgsl/product.ts';
import { writeReduce } from './wgsl/reduce.ts';
import { partsOf } from './wgsl/splitting.ts';

/** Compiles for a WebGPU device: WGSL kernels, shaped by what is known about the device. */
export function webgpuTarget(device: DeviceInfo, profile = profileOf(device)): Target {
  return {
    maxBuffers: device.maxBuffersPerKernel - BOUND_TWICE,
    partsOf: (kernel) => partsOf(profile, kernel),
    write: (kernel) => writeKernel(kernel, profile),
  };
}

function writeKernel(kernel: Kernel, profile: Profile): WrittenKernel {
  const { work } = kernel;
  switch (work.kind) {
    case 'map':
      return writeMap(kernel);
    case 'reduce':
      return writeReduce(kernel, work, profile.reducing);
    case 'contract':
      return writeContract(kernel, work, chooseTile(profile, problemOf(kernel, work)));
  }
}

function problemOf({ axes }: Kernel, { roles, contracted }: Contract): Problem {
  const extentOf = (role: Contract['roles'][number]): number =>
    size(extentsOf(axes.filter((_, at) => roles[at] === role)));
  return {
    rows: extentOf('row'),
    columns: extentOf('column'),
    depth: size(extentsOf(contracted)),
    batches: extentOf('batch'),
  };
}

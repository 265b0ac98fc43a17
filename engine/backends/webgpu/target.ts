import type { DeviceInfo } from '../../core/device.ts';
import { size } from '../../core/shape.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Target, WrittenKernel } from '../../passes/target.ts';
import { writeContract } from './wgsl/contract.ts';
import { writeMap } from './wgsl/map.ts';
import { writeReduce } from './wgsl/reduce.ts';
import { chooseTile, partsOf, tuningOf, type Tuning } from './wgsl/tuning.ts';

/** Bindings kept free: a buffer that is read both by element and by vector takes two. */
const RESERVED = 2;

/** Compiles for a WebGPU device: WGSL kernels, shaped by what is known about the device. */
export function webgpuTarget(device: DeviceInfo): Target {
  const tuning = tuningOf(device);
  return {
    maxBuffers: device.maxBuffersPerKernel - RESERVED,
    partsOf: (kernel) => partsOf(tuning, kernel),
    write: (kernel) => writeKernel(kernel, tuning),
  };
}

function writeKernel(kernel: Kernel, tuning: Tuning): WrittenKernel {
  const { work, axes } = kernel;
  switch (work.kind) {
    case 'map':
      return writeMap(kernel);
    case 'reduce':
      return writeReduce(kernel, work);
    case 'contract': {
      const extentOf = (role: string): number =>
        size(axes.filter((_, at) => work.roles[at] === role).map(({ extent }) => extent));
      return writeContract(
        kernel,
        work,
        chooseTile(tuning, extentOf('row'), extentOf('column'), extentOf('batch')),
      );
    }
  }
}

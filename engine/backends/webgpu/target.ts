import type { DeviceInfo } from '../../core/device.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Target, WrittenKernel } from '../../passes/target.ts';
import { BOUND_TWICE } from './wgsl/bindings.ts';
import { writeContract } from './wgsl/contract.ts';
import { chooseTile, profileOf } from './wgsl/kernel-table.ts';
import { writeMap } from './wgsl/map.ts';
import { nameOfProblem, problemOf } from './wgsl/problem.ts';
import type { Contract } from './wgsl/product.ts';
import { writeReduce } from './wgsl/reduce.ts';
import { longestRow, writeRows } from './wgsl/rows.ts';
import { partsOf } from './wgsl/splitting.ts';
import { tileName, type TileShape } from './wgsl/tiles.ts';

/** Compiles for a WebGPU device: WGSL kernels, shaped by what is known about the device and by what was timed on it. */
export function webgpuTarget(device: DeviceInfo, profile = profileOf(device)): Target {
  const timed = new Map(profile.tiles.map((tile) => [tileName(tile), tile]));
  const tileOf = (kernel: Kernel, work: Contract): TileShape => {
    const name = device.tiles?.[nameOfProblem(kernel, work)];
    // A name that the table does not have any more was timed by an earlier Strata.
    return timed.get(name ?? '') ?? chooseTile(profile, problemOf(kernel, work));
  };
  const write = (kernel: Kernel): WrittenKernel => {
    const { work } = kernel;
    switch (work.kind) {
      case 'map':
        return writeMap(kernel);
      case 'reduce':
        return writeReduce(kernel, work, profile.reducing);
      case 'rows':
        return writeRows(kernel, work, profile.reducing);
      case 'contract':
        return writeContract(kernel, work, tileOf(kernel, work));
    }
  };
  return {
    maxBuffers: device.maxBuffersPerKernel - BOUND_TWICE,
    longestRow: longestRow(profile.reducing),
    partsOf: (kernel) => partsOf(profile, kernel),
    write,
  };
}

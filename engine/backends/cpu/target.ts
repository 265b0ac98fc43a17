import { size } from '../../core/shape.ts';
import type { DeviceInfo } from '../../core/device.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Target, WrittenKernel } from '../../passes/target.ts';
import { extentsOf } from '../codegen/accumulation.ts';
import { writeContract } from './wat/contract.ts';
import { writeMap } from './wat/map.ts';
import { writeReduce } from './wat/reduce.ts';

/** Steps of a product whose blocks stay in the caches; longer ones are cut. */
const LONG = 1024;
const CUT = 512;
/** Reductions to fewer elements than this, of more than that each, are cut so that all threads have work. */
const FEW = 64;
const MANY = 8192;
/** The number of parts must not depend on the number of threads: sums would come out differently on every machine. */
const PARTS = 8;

/** Compiles for the processor: kernels as WebAssembly text. */
export function cpuTarget({ maxBuffersPerKernel, threads = 1 }: DeviceInfo): Target {
  return {
    maxBuffers: maxBuffersPerKernel,
    longestRow: 0,
    partsOf,
    write: (kernel) => writeKernel(kernel, threads),
  };
}

function writeKernel(kernel: Kernel, threads: number): WrittenKernel {
  const { work } = kernel;
  switch (work.kind) {
    case 'map':
      return writeMap(kernel);
    case 'reduce':
      return writeReduce(kernel, work);
    case 'contract':
      return writeContract(kernel, work, threads);
    case 'rows':
      throw new Error('The processor has no kernels of rows.');
  }
}

function partsOf({ work, axes }: Kernel): number {
  if (work.kind === 'map' || work.kind === 'rows') return 1;
  const length = size(extentsOf(work.kind === 'reduce' ? work.reduced : work.contracted));
  if (work.kind === 'contract') return length > LONG ? Math.ceil(length / CUT) : 1;
  return size(extentsOf(axes)) <= FEW && length >= MANY ? PARTS : 1;
}

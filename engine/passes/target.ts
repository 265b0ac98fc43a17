import type { Kernel } from '../kernel/kernel.ts';
import type { PlanKernel } from './plan.ts';

/** A kernel in a device's language. */
export interface WrittenKernel extends Pick<PlanKernel, 'code' | 'memory'> {
  /** Values in the order of the kernel's buffers. */
  readonly sources: readonly number[];
  readonly workgroups: readonly [number, number, number];
}

/** What the compiler must know about the device it compiles for. */
export interface Target {
  /** Buffers one kernel may use. */
  readonly maxBuffers: number;
  /** Elements of the longest rows whose accumulations and elementwise work share a kernel; 0 for none. */
  readonly longestRow: number;
  /** In how many parts a long accumulation should run side by side; 1 for not at all. */
  partsOf(kernel: Kernel): number;
  write(kernel: Kernel): WrittenKernel;
}

import type { DType } from '../core/dtype.ts';
import type { Shape } from '../core/shape.ts';
import type { Initializer, StateRole } from '../ir/program.ts';

/**
 * What the executor receives: plain, structured-cloneable data. The same plan runs in the engine process,
 * in the hidden window and in an exported web page.
 */

export interface PlanBuffer {
  /** Bytes, a multiple of 4. */
  readonly bytes: number;
  readonly label: string;
}

/** A state and where it lives. Pinned: its buffer is never reused. */
export interface PlanState {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly role: StateRole;
  readonly init: Initializer;
  /** Index into `Plan.buffers`. */
  readonly buffer: number;
}

export interface PlanKernel {
  /** Names the graph nodes it came from, e.g. `dense-1 + relu-1`. */
  readonly label: string;
  /** WGSL, or WebAssembly text: what the executor's device runs. */
  readonly code: string;
  /** On the processor: bytes of a thread's own memory, and how far beyond its buffers the kernel may read. */
  readonly memory?: { readonly scratch: number; readonly reach: number };
  /** Graph nodes it came from, for messages. */
  readonly origins: readonly string[];
}

export interface PlanDispatch {
  /** Index into `Plan.kernels`. */
  readonly kernel: number;
  /** Buffers in the order in which the kernel has them. */
  readonly buffers: readonly number[];
  /** Pieces of work that may run side by side. */
  readonly workgroups: readonly [number, number, number];
}

export interface PlanCopy {
  readonly copy: {
    readonly from: number;
    readonly to: number;
    readonly bytes: number;
    /** Where it goes: byte `start` in the first round of the enclosing repetition, `stride` further in each one after. */
    readonly rows?: { readonly start: number; readonly stride: number };
  };
}

/** The body of a recurrence, run many times. */
export interface PlanRepeat {
  readonly repeat: { readonly times: number; readonly steps: readonly (PlanDispatch | PlanCopy)[] };
}

export type PlanStep = PlanDispatch | PlanCopy | PlanRepeat;

/** Byte of the target at which a copy writes in a round. */
export function copyOffset({ copy: { rows } }: PlanCopy, round: number): number {
  return rows ? rows.start + round * rows.stride : 0;
}

export interface PlanProgram {
  readonly name: string;
  readonly steps: readonly PlanStep[];
  /** Values that can be read back after a run, by name. */
  readonly outputs: readonly {
    readonly name: string;
    readonly dtype: DType;
    readonly shape: Shape;
    readonly buffer: number;
  }[];
  /** Floating-point operations of one run. */
  readonly flops: number;
}

export interface Plan {
  readonly version: 1;
  readonly buffers: readonly PlanBuffer[];
  readonly states: readonly PlanState[];
  readonly kernels: readonly PlanKernel[];
  readonly programs: readonly PlanProgram[];
  /** Sum of all buffers: what the device must hold. */
  readonly peakBytes: number;
}

import type { TensorType } from '../core/tensor.ts';

/** A tensor program in flat SSA form with static shapes: what graphs become before they become kernels. */

export type ValueId = number;

/** Attributes of an operation: plain data, so that programs can be printed, hashed and compared. */
export type Attributes = Readonly<Record<string, unknown>>;

export interface Instruction {
  /** Name of an op record, e.g. `matmul`. */
  readonly op: string;
  readonly inputs: readonly ValueId[];
  readonly results: readonly ValueId[];
  readonly attributes: Attributes;
  /** Graph node this came from, for messages and profiles; the backward pass inherits it. */
  readonly origin?: string;
  /** What the op `scan` repeats. */
  readonly scan?: Scan;
  /** Part of the backward pass. */
  readonly backward?: true;
  /** Computes late what was there before and was not kept: it is not to be merged with the first time. */
  readonly again?: true;
}

/** Name of the instruction that repeats a program. It is no op: it has no kernel, and is taken apart before kernels are made. */
export const SCAN = 'scan';

/**
 * A recurrence: `carry, outputs = body(carry, sequences[t], constants)` for t = 0 … steps − 1, or back from the last. The
 * instruction's inputs are the first carries, the sequences `[steps, …]` and the constants, in this order; its results are the last
 * carries, the outputs as sequences, and the carries before each step as sequences.
 */
export interface Scan {
  readonly steps: number;
  readonly reverse: boolean;
  readonly carries: number;
  readonly sequences: number;
  /** Reads `carry.0`, …, `sequence.0`, …, `constant.0`, …; outputs `carry.0`, …, `output.0`, … */
  readonly body: Program;
}

/**
 * What a named, persistent buffer is for. `parameter` is trained, `statistic` is kept by layers (running
 * means), `optimizer` belongs to a parameter, `data` holds resident rows, `counter` and `setting` are
 * scalars that the trainer sets (step, seed, learning rate), `metric` accumulates until it is read, `memory` is what a model that
 * works position by position has seen so far.
 */
export type StateRole =
  'parameter' | 'statistic' | 'optimizer' | 'data' | 'counter' | 'setting' | 'metric' | 'memory';

/** How a state starts. `upload` means that the trainer provides the values. */
export type Initializer =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly limit: number }
  | { readonly kind: 'normal'; readonly standardDeviation: number }
  | { readonly kind: 'values'; readonly values: readonly number[] }
  | { readonly kind: 'upload' };

export interface State {
  /** Unique in the module, e.g. `dense-1.kernel`, `dense-1.kernel.adam.m`, `data.train.x`. */
  readonly name: string;
  readonly type: TensorType;
  readonly role: StateRole;
  readonly init: Initializer;
  readonly origin?: string;
}

/**
 * One program. It reads states as they were before it started; `writes` take effect when it ends, however
 * the schedule orders the kernels. `outputs` are kept until they are read back.
 */
export interface Program {
  readonly name: string;
  /** Type of every value, indexed by ValueId. */
  readonly values: readonly TensorType[];
  readonly reads: readonly { readonly state: string; readonly value: ValueId }[];
  readonly instructions: readonly Instruction[];
  readonly writes: readonly { readonly state: string; readonly value: ValueId }[];
  readonly outputs: readonly { readonly name: string; readonly value: ValueId }[];
}

/** Programs that share states: `train`, `evaluate`, `predict` … of one model. */
export interface Module {
  readonly states: readonly State[];
  readonly programs: readonly Program[];
}

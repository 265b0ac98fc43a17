import type { DeviceInfo } from '../core/device.ts';
import type { TypedArray } from '../core/dtype.ts';
import type { Plan } from '../passes/plan.ts';

/**
 * The one piece that touches a device, wherever it runs: in the engine process (Dawn), in a window behind a
 * MessagePort, or in an exported page. Work is queued in call order; only `read` and `idle` wait for it.
 * Every method may reject with a StrataError: `DEVICE_LOST`, `DEVICE_MEMORY`, `KERNEL_INVALID`.
 */
export interface Executor {
  readonly device: DeviceInfo;
  /** Compiles every pipeline, allocates every buffer (zeroed) and builds all bind groups. */
  load(plan: Plan, onProgress?: (done: number, total: number) => void): Promise<Session>;
  /** Resolves with the reason when the device is gone for good. */
  readonly lost: Promise<string>;
  close(): Promise<void>;
}

/** A loaded plan. */
export interface Session {
  /** What the device holds for the plan: its buffers, and on the processor also the threads' own memory and whole pages. */
  readonly allocatedBytes: number;
  /** Overwrites a state, or part of it from `offset` (in elements) on. */
  upload(state: string, data: TypedArray, offset?: number): Promise<void>;
  /** Queues `times` runs of a program in one submit. */
  run(program: string, times: number): Promise<void>;
  /** Reads states and outputs by name in one go, after everything queued so far. */
  read(names: readonly string[]): Promise<Readonly<Record<string, TypedArray>>>;
  /** Resolves when everything queued so far has run. */
  idle(): Promise<void>;
  dispose(): Promise<void>;
}

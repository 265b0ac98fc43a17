import type { Split } from './dataset.ts';
import type { DeviceInfo } from './device.ts';
import type { Problem } from './errors.ts';

/** What a training run tells about itself, from its first moment to its last. */

export type RunPhase = 'preparing' | 'running' | 'paused' | 'finished' | 'stopped' | 'failed';

/** One measured point: means over the steps since the previous point, or over a whole split. */
export interface MetricPoint {
  readonly split: Split;
  readonly step: number;
  /** Fractional epoch, e.g. 1.5 = half-way through the second. */
  readonly epoch: number;
  /** `loss` and the ids of metrics, e.g. `accuracy`. */
  readonly values: Readonly<Record<string, number>>;
}

export interface PhaseEvent {
  readonly kind: 'phase';
  readonly runId: string;
  readonly phase: RunPhase;
  readonly message?: string;
  readonly problem?: Problem;
}

export interface DeviceEvent {
  readonly kind: 'device';
  readonly runId: string;
  readonly device: DeviceInfo;
  /** Bytes that the device holds for the run. */
  readonly peakBytes: number;
  /** Trained and frozen weights. */
  readonly parameters: number;
}

/** The tile that a matrix product is computed with, after some were timed. */
export interface TimedTile {
  /** The product in words: rows × columns, and what is summed over. */
  readonly problem: string;
  readonly tile: string;
  /** What the kernel table would have taken. */
  readonly instead: string;
  /** How many times as fast as that it is; 1 where it is the same. */
  readonly gain: number;
}

/** How far the tiles of a model's matrix products are timed, before its kernels are compiled. */
export interface TuningEvent {
  readonly kind: 'tuning';
  readonly runId: string;
  /** Products that are done, of those that were never timed on this device. */
  readonly done: number;
  readonly total: number;
  /** What came out last; absent at the beginning, and where no tile could be timed. */
  readonly result?: TimedTile;
}

/** How far the kernels of a model are compiled for the device, before the first step. */
export interface CompilingEvent {
  readonly kind: 'compiling';
  readonly runId: string;
  /** Kernels that are compiled already, of those that must be. */
  readonly done: number;
  readonly total: number;
}

/** How far the training rows are on the device, before the first step; told only where it takes a while. */
export interface LoadingEvent {
  readonly kind: 'loading';
  readonly runId: string;
  /** Share, from 0 to 1. */
  readonly share: number;
}

/** A run whose weights another one begins with, and the checkpoint file that stands for it. */
export interface InitialSource {
  readonly run: string;
  readonly checkpoint: string;
}

/** What a run began with, where it took weights of another one. */
export interface InitialWeights {
  /** Id of the run they came from, and the step of its checkpoint. */
  readonly run: string;
  readonly step: number;
  /** Names of the weights that were taken, e.g. `dense-1.kernel`. */
  readonly taken: readonly string[];
  /** Weights that began as in any other run, and why. */
  readonly left: readonly { readonly name: string; readonly reason: string }[];
}

export interface InitialEvent extends InitialWeights {
  readonly kind: 'initial';
  readonly runId: string;
}

export interface MetricsEvent {
  readonly kind: 'metrics';
  readonly runId: string;
  readonly points: readonly MetricPoint[];
}

export interface SpeedEvent {
  readonly kind: 'speed';
  readonly runId: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  readonly stepsPerSecond: number;
  readonly examplesPerSecond: number;
  readonly secondsLeft: number;
}

export interface CheckpointEvent {
  readonly kind: 'checkpoint';
  readonly runId: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly step: number;
  readonly epoch: number;
}

/** The end of a finished run. */
export interface ResultEvent {
  readonly kind: 'result';
  readonly runId: string;
  /** With the final weights, as `<split>.<metric>`: `train` over the last epoch, the others over the whole split. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Since this run was started or resumed. */
  readonly seconds: number;
  readonly steps: number;
}

export type RunEvent =
  | PhaseEvent
  | TuningEvent
  | CompilingEvent
  | LoadingEvent
  | InitialEvent
  | DeviceEvent
  | MetricsEvent
  | SpeedEvent
  | CheckpointEvent
  | ResultEvent;

import type { ColumnKind, ColumnRole, DatasetSchema, Split } from '../core/dataset.ts';
import type { DeviceInfo } from '../core/device.ts';
import type { Problem } from '../core/errors.ts';
import type { Params } from '../core/fields.ts';
import type { ModelDocument } from '../graph/document.ts';

/** Messages between main and the engine process, carried by birpc. Everything is structured-cloneable. */

// ---------------------------------------------------------------- device

export type { DeviceInfo };

// ---------------------------------------------------------------- import

/** Options of a reader, as chosen in the wizard; each format validates its own with its fields. */
export interface SourceRequest {
  /** Absolute path of a file or a folder, or `sample:<id>` for a data set that ships with Strata. */
  readonly path: string;
  /** Reader id; recognised by content where absent. */
  readonly format?: string;
  readonly options?: Params;
}

export interface PreviewColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly role: ColumnRole;
  readonly missing: number;
  /** Distinct values seen in the sample, at most 50, most frequent first. */
  readonly examples: readonly string[];
  readonly distinct: number;
}

export interface Preview {
  readonly format: string;
  readonly formatTitle: string;
  /** Why the format and its options were chosen, one sentence each. */
  readonly reasons: readonly string[];
  /** Effective options after detection; `fields` describes them. */
  readonly options: Params;
  readonly fields: Readonly<Record<string, import('../core/fields.ts').Field>>;
  readonly columns: readonly PreviewColumn[];
  /** First rows as text; an image cell is a `data:` URL. */
  readonly rows: readonly (readonly string[])[];
  /** Exact where known without reading everything, else null. */
  readonly totalRows: number | null;
  readonly bytes: number;
  readonly warnings: readonly Problem[];
}

export type MissingPolicy = 'fill' | 'drop-row' | 'error';

export interface ColumnChoice {
  readonly name: string;
  readonly role: ColumnRole;
  readonly kind: ColumnKind;
}

export interface SplitChoice {
  /** Fractions of the rows; train takes the rest. */
  readonly validation: number;
  readonly test: number;
  readonly seed: number;
  /** Keep class proportions equal in the splits where the target is a category. */
  readonly stratify: boolean;
}

export interface ImportRequest {
  readonly jobId: string;
  readonly source: SourceRequest;
  readonly name: string;
  /** Columns that differ from the preview's proposal; the others keep it. */
  readonly columns: readonly ColumnChoice[];
  readonly missing: MissingPolicy;
  readonly normalise: boolean;
  readonly split: SplitChoice;
  /** Bad rows or files (ragged, corrupt): leave them out and report them, or stop at the first. */
  readonly onBadRow: 'skip' | 'stop';
  /** Folder that holds snapshots; the engine makes `<folder>/<hash>` and leaves nothing else behind. */
  readonly folder: string;
}

export interface ImportResult {
  readonly hash: string;
  readonly folder: string;
  readonly schema: DatasetSchema;
  readonly bytes: number;
  /** Rows or files that were left out, at most the first 100, with the total. */
  readonly skipped: readonly Problem[];
  readonly skippedTotal: number;
}

export interface JobProgress {
  readonly jobId: string;
  /** e.g. "Reading rows", "Fitting statistics", "Writing". */
  readonly stage: string;
  readonly done: number;
  /** null where the total is unknown. */
  readonly total: number | null;
}

// ---------------------------------------------------------------- training

export interface TrainRequest {
  readonly runId: string;
  readonly document: ModelDocument;
  /** Snapshot folder. */
  readonly dataset: string;
  /** Folder for this run's checkpoints. */
  readonly checkpoints: string;
  /** Checkpoint file to go on from; its step and epoch are restored. */
  readonly resumeFrom?: string;
  /** Seconds between checkpoints beside the one after every epoch. */
  readonly checkpointEverySeconds: number;
}

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

export type RunEvent =
  | { readonly kind: 'phase'; readonly runId: string; readonly phase: RunPhase; readonly message?: string; readonly problem?: Problem }
  | { readonly kind: 'device'; readonly runId: string; readonly device: DeviceInfo; readonly peakBytes: number; readonly parameters: number }
  | { readonly kind: 'metrics'; readonly runId: string; readonly points: readonly MetricPoint[] }
  | {
      readonly kind: 'speed';
      readonly runId: string;
      readonly step: number;
      readonly totalSteps: number;
      readonly epoch: number;
      readonly stepsPerSecond: number;
      readonly examplesPerSecond: number;
      readonly secondsLeft: number;
    }
  | { readonly kind: 'checkpoint'; readonly runId: string; readonly path: string; readonly sha256: string; readonly bytes: number; readonly step: number; readonly epoch: number }
  | { readonly kind: 'result'; readonly runId: string; readonly metrics: Readonly<Record<string, number>>; readonly seconds: number; readonly steps: number };

// ---------------------------------------------------------------- catalogue

/** A record's self-description, as plain data for forms in the renderer and help on the command line. */
export interface CatalogEntry {
  readonly id: string;
  readonly title: string;
  readonly doc: string;
  readonly fields: Readonly<Record<string, import('../core/fields.ts').Field>>;
}

// ---------------------------------------------------------------- the two sides

/** What main may ask of the engine. Rejections carry a `Problem` (see process/rpc.ts). */
export interface EngineApi {
  device(): Promise<DeviceInfo>;
  optimizers(): Promise<readonly CatalogEntry[]>;
  formats(): Promise<readonly CatalogEntry[]>;
  preview(source: SourceRequest): Promise<Preview>;
  /** Resolves when the snapshot is in place; rejects with code `CANCELLED` after `cancelImport`. */
  import(request: ImportRequest): Promise<ImportResult>;
  cancelImport(jobId: string): Promise<void>;
  /** Resolves when training has begun; everything after that arrives as events. */
  train(request: TrainRequest): Promise<void>;
  pause(runId: string): Promise<void>;
  resume(runId: string): Promise<void>;
  /** Stops after writing a checkpoint. */
  stop(runId: string): Promise<void>;
}

/** What the engine tells main, unasked. */
export interface EngineEvents {
  run(event: RunEvent): void;
  progress(event: JobProgress): void;
}

import type {
  BrowsedRow,
  BrowsedRows,
  BrowseRequest,
  RowFilter,
  RowOrder,
  Shown,
  ShownBox,
} from '../core/browse.ts';
import type { Split } from '../core/dataset.ts';
import type { DeviceInfo, Tiles } from '../core/device.ts';
import type { Field } from '../core/fields.ts';
import type {
  ColumnChoice,
  ImportRecord,
  ImportRequest,
  ImportResult,
  JobProgress,
  KindChoice,
  MissingPolicy,
  Preview,
  PreviewColumn,
  PreviewRequest,
  SourceRequest,
  SplitChoice,
  SplitWay,
  WindowChoice,
  WindowProposal,
} from '../core/import.ts';
import type {
  InitialSource,
  InitialWeights,
  MetricPoint,
  RunEvent,
  RunPhase,
  TuningEvent,
} from '../core/run.ts';
import type { Associations, ColumnSummary, DatasetStatistics, Histogram } from '../core/statistics.ts';
import type { AppendRequest } from '../core/append.ts';
import type { ColumnChange, ReviseRequest } from '../core/revise.ts';
import type { SoundRequest } from '../data/sounds/source-sound.ts';
import type { ModelDocument } from '../graph/document.ts';
import type { GivenRow } from '../inference/given-rows.ts';
import type { GenerationSettings } from '../inference/generator.ts';
import type { ModelInput, ModelInputs } from '../inference/model-inputs.ts';
import type { PredictedValues } from '../inference/predict.ts';

/** Messages between main and the engine process, carried by birpc. Everything is structured-cloneable. */

// ---------------------------------------------------------------- device

export type { DeviceInfo };

/** What to compute on. `auto`: the graphics card, or the processor where there is none that can be used. */
export const DEVICE_CHOICES = ['auto', 'gpu', 'cpu'] as const;
export type DeviceChoice = (typeof DEVICE_CHOICES)[number];

/** Environment variable that tells the engine; `auto` where it is not set. */
export const DEVICE_VARIABLE = 'STRATA_DEVICE';

export type {
  ColumnChoice,
  ImportRecord,
  ImportRequest,
  ImportResult,
  JobProgress,
  KindChoice,
  MissingPolicy,
  Preview,
  PreviewColumn,
  PreviewRequest,
  SourceRequest,
  SplitChoice,
  SplitWay,
  WindowChoice,
  WindowProposal,
};

// ---------------------------------------------------------------- data sets

export type { BrowsedRow, BrowsedRows, BrowseRequest, RowFilter, RowOrder, Shown, ShownBox };
export type { Associations, ColumnSummary, DatasetStatistics, Histogram };

export type { AppendRequest, ColumnChange, ReviseRequest };
export type { ModelInput, ModelInputs };
export type { SoundRequest };

export interface ModelInputsRequest {
  readonly document: ModelDocument;
  /** Snapshot folder. */
  readonly dataset: string;
  readonly split: Split;
  /** Its place in the part, from 0. */
  readonly row: number;
  /** Number of the draw, where the row is wanted as augmentation leaves it; the same number draws the same. */
  readonly draw?: number;
}

export interface StatisticsRequest {
  readonly jobId: string;
  /** Snapshot folder. */
  readonly dataset: string;
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
  /** Where a run that goes on from nothing takes its first weights from, by name. */
  readonly initialiseFrom?: InitialSource;
  /** Seconds between checkpoints beside the one after every epoch. */
  readonly checkpointEverySeconds: number;
  /** Bytes that the run may take on the device; all that it has where absent. */
  readonly memoryLimit?: number;
  /** File of the tiles that were timed on this machine; where absent, none are used. */
  readonly tileFile?: string;
  /** Times the tiles of matrix products that never were, before the run begins. */
  readonly autotune?: boolean;
  /** The tiles that a run began with, where it goes on: its sums stay as they were. */
  readonly tiles?: Tiles;
}

export type { InitialSource, InitialWeights, MetricPoint, RunEvent, RunPhase, TuningEvent };

// ---------------------------------------------------------------- listings

/** Stages of the compiler that can be looked at: tensor program, fused kernels, their code on the device or for WebGPU, plan. */
export const LISTING_FORMS = ['ir', 'kernels', 'code', 'wgsl', 'plan'] as const;
export type ListingForm = (typeof LISTING_FORMS)[number];

export interface ListingRequest {
  readonly document: ModelDocument;
  /** Snapshot folder. */
  readonly dataset: string;
  readonly form: ListingForm;
}

// ---------------------------------------------------------------- use

/** A model as a run has left it. */
export interface TrainedRun {
  readonly document: ModelDocument;
  /** Snapshot folder that the run was trained on. */
  readonly dataset: string;
  /** Checkpoint file with the weights, and its SHA-256. */
  readonly checkpoint: string;
  readonly sha256: string;
}

export type { GenerationSettings, GivenRow, PredictedValues };

/** Rows of the run's own data set, rows that somebody typed, or those of a file; from `start` on, all where there is no `count`. */
export type RowChoice = (
  { readonly part: Split } | { readonly given: readonly GivenRow[] } | { readonly source: SourceRequest }
) & { readonly start?: number; readonly count?: number };

export interface PredictRequest extends TrainedRun {
  readonly rows: RowChoice;
}

export interface PredictResult {
  readonly rows: number;
  /** By Output, or by loss where the model has no Output. */
  readonly predictions: readonly PredictedValues[];
  /** Of each window of a given series, when the last step is that it sees, with its group. */
  readonly after?: readonly string[];
}

export interface GenerateRequest extends TrainedRun {
  readonly jobId: string;
  readonly settings: GenerationSettings;
  /** What an encoder reads: the first of these rows. */
  readonly rows?: RowChoice;
}

export interface GeneratedSequence {
  /** What follows the prompt: both together are the whole text. */
  readonly text: string;
  readonly tokens: readonly string[];
  /** Natural logarithm of its probability. */
  readonly logProbability: number;
  /** What beam search ranks it by. */
  readonly score?: number;
  readonly reason: 'length' | 'stop' | 'cancelled';
}

export interface GenerateResult {
  /** As many as were asked for, the best first where beams were searched. */
  readonly sequences: readonly GeneratedSequence[];
  readonly seconds: number;
}

/** One more token. Beam search tells none: it decides at the end. */
export interface GenerateEvent {
  readonly jobId: string;
  /** Number of the sequence, from 0. */
  readonly sequence: number;
  readonly token: string;
  /** What it adds to the text. */
  readonly text: string;
}

// ---------------------------------------------------------------- catalogue

/** A record's self-description, as plain data for forms in the renderer and help on the command line. */
export interface CatalogEntry {
  readonly id: string;
  readonly title: string;
  readonly doc: string;
  readonly fields: Readonly<Record<string, Field>>;
}

/** What the training settings choose from. */
export interface TrainingCatalog {
  readonly optimizers: readonly CatalogEntry[];
  readonly schedules: readonly CatalogEntry[];
}

/** A data set that ships with Strata. */
export interface SampleSummary {
  /** `sample:<id>` */
  readonly reference: string;
  readonly title: string;
  readonly description: string;
  readonly rows: number;
}

// ---------------------------------------------------------------- the two sides

/** What main may ask of the engine. Rejections carry a `Problem` (see core/rpc.ts). */
export interface EngineApi {
  device(): Promise<DeviceInfo>;
  trainingCatalog(): Promise<TrainingCatalog>;
  formats(): Promise<readonly CatalogEntry[]>;
  samples(): Promise<readonly SampleSummary[]>;
  /** Rejects with code `CANCELLED` after `cancelJob`. */
  preview(request: PreviewRequest): Promise<Preview>;
  /** Resolves when the snapshot is in place; rejects with code `CANCELLED` after `cancelJob`. */
  import(request: ImportRequest): Promise<ImportResult>;
  /** A snapshot with the columns of another one under other names or in other roles. */
  revise(request: ReviseRequest): Promise<ImportResult>;
  /** A snapshot with the rows of another one and those of a source. Rejects with code `CANCELLED` after `cancelJob`. */
  append(request: AppendRequest): Promise<ImportResult>;
  /** What is kept of the import of a snapshot folder. */
  importRecord(dataset: string): Promise<ImportRecord>;
  /** Rows of a snapshot for people to look at. Rejects with code `CANCELLED` after `cancelJob`. */
  browse(request: BrowseRequest): Promise<BrowsedRows>;
  /** The file that a row of sounds was read from, as a `data:` URL. Rejects with `SOUND_GONE`. */
  sound(request: SoundRequest): Promise<string>;
  /** What is known of a snapshot's values: counted at the first request, and kept. */
  statistics(request: StatisticsRequest): Promise<DatasetStatistics>;
  /** What a model is given of one row, before augmentation or after it. */
  modelInputs(request: ModelInputsRequest): Promise<ModelInputs>;
  /** Ends what was asked for under this id, where it is still going on. */
  cancelJob(jobId: string): Promise<void>;
  /** The training programs of a model as text. */
  listing(request: ListingRequest): Promise<string>;
  /** Resolves when training has begun; everything after that arrives as events. */
  train(request: TrainRequest): Promise<void>;
  pause(runId: string): Promise<void>;
  resume(runId: string): Promise<void>;
  /** Stops after writing a checkpoint. */
  stop(runId: string): Promise<void>;
  /** What a trained model says of rows. */
  predict(request: PredictRequest): Promise<PredictResult>;
  /** Gives back the memory of models that are kept on the device for their next use. */
  release(): Promise<void>;
  /** Has a trained model go on with a sequence; its tokens arrive as events, too. */
  generate(request: GenerateRequest): Promise<GenerateResult>;
  /** Ends a generation after the current token; `generate` resolves with what there is. */
  cancelGenerate(jobId: string): Promise<void>;
}

/** What the engine tells main, unasked. */
export interface EngineEvents {
  run(event: RunEvent): void;
  progress(event: JobProgress): void;
  generated(event: GenerateEvent): void;
}

/**
 * Desktop only, beside the calls: what the engine posts to Electron's main process when it needs an executor. The
 * answer is any message that carries a port to the window that computes.
 */
export const WANT_EXECUTOR = 'want-executor';

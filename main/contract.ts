import type { DatasetSchema } from '../engine/core/dataset.ts';
import type { Problem } from '../engine/core/errors.ts';
import type { ModelDocument } from '../engine/graph/document.ts';
import type {
  BrowsedRows,
  BrowseRequest,
  DatasetStatistics,
  TrainingCatalog,
  DeviceInfo,
  GenerateEvent,
  GenerateRequest,
  GenerateResult,
  InitialWeights,
  ImportRecord,
  ImportRequest,
  ImportResult,
  JobProgress,
  MetricPoint,
  ModelInputs,
  ModelInputsRequest,
  PredictResult,
  Preview,
  AppendRequest,
  ReviseRequest,
  RowChoice,
  SoundRequest,
  RunEvent,
  RunPhase,
  SampleSummary,
  PreviewRequest,
} from '../engine/process/protocol.ts';

/**
 * The typed contract between the renderer and main, the same under every host. Carried by birpc over a
 * WebSocket (serve) or a MessagePort (desktop). A rejected call carries a `Problem`.
 */

export interface ProjectSummary {
  readonly id: string;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revision: number;
  readonly nodes: number;
  readonly runs: number;
  /** Best final value of the primary metric over the project's runs, if there is one. */
  readonly best: { readonly metric: string; readonly value: number } | null;
}

export interface Project extends ProjectSummary {
  readonly document: ModelDocument;
}

export interface RevisionSummary {
  readonly revision: number;
  readonly createdAt: string;
  readonly nodes: number;
}

export interface TemplateSummary {
  readonly slug: string;
  readonly title: string;
  readonly summary: string;
  readonly task: string;
  readonly dataset: string;
  /** Markdown. */
  readonly readme: string;
  readonly document: ModelDocument;
}

export type { SampleSummary };

/** A project that uses a data set. */
export interface DatasetUser {
  readonly id: string;
  readonly name: string;
  /** True where its current document refers to the data set. */
  readonly attached: boolean;
  /** Runs that were trained on it. */
  readonly runs: number;
}

export interface DatasetSummary {
  /** Snapshot hash; what `ModelDocument.dataset` refers to. */
  readonly hash: string;
  readonly name: string;
  readonly createdAt: string;
  readonly source: string;
  readonly bytes: number;
  readonly schema: DatasetSchema;
  /** Projects whose current document refers to it, or that have runs which were trained on it. */
  readonly usedBy: readonly DatasetUser[];
}

export type RunStatus = RunPhase | 'interrupted';

export interface RunSummary {
  readonly id: string;
  readonly projectId: string;
  readonly projectName: string;
  /** Running number within the project, shown as "Run 3". */
  readonly number: number;
  readonly status: RunStatus;
  readonly createdAt: string;
  readonly endedAt: string | null;
  readonly revision: number;
  readonly dataset: string;
  readonly datasetName: string;
  readonly document: ModelDocument;
  readonly device: DeviceInfo | null;
  readonly parameters: number | null;
  readonly peakBytes: number | null;
  /** What it took from the run that `training.initialiseFrom` names; null where it began with random weights. */
  readonly initial: InitialWeights | null;
  readonly step: number;
  readonly epoch: number;
  readonly seconds: number;
  /** Final metrics as `<split>.<metric>`, e.g. `test.accuracy`; the latest ones while it runs. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly problem: Problem | null;
  /** True where a checkpoint exists, whose weights another run may begin with (`training.initialiseFrom`). */
  readonly hasCheckpoint: boolean;
  /** True where a checkpoint exists to go on from. */
  readonly resumable: boolean;
}

export interface HostInfo {
  readonly kind: 'desktop' | 'serve';
  readonly version: string;
  readonly platform: string;
  readonly home: string;
  /** True where the host can show native open and save dialogs. */
  readonly dialogs: boolean;
}

export type EngineStatus =
  | { readonly state: 'starting' }
  | { readonly state: 'ready'; readonly device: DeviceInfo | null; readonly problem: Problem | null }
  | { readonly state: 'restarting'; readonly problem: Problem };

/** A file or folder the person chose: a path (native dialog, or typed in), or an upload's temporary path. */
export interface DirectoryListing {
  readonly path: string;
  readonly parent: string | null;
  readonly entries: readonly {
    readonly name: string;
    readonly path: string;
    readonly folder: boolean;
    readonly bytes: number;
  }[];
}

/** A data set that is being made, in any window. */
export interface RunningImport {
  readonly jobId: string;
  /** What it will be called. */
  readonly name: string;
}

export interface StudioApi {
  host(): Promise<HostInfo>;
  engine(): Promise<EngineStatus>;
  trainingCatalog(): Promise<TrainingCatalog>;

  listProjects(): Promise<readonly ProjectSummary[]>;
  createProject(document: ModelDocument): Promise<Project>;
  openProject(id: string): Promise<Project>;
  /** Stores a new revision; rejects with `REVISION_CONFLICT` where `baseRevision` is not the newest. */
  saveRevision(
    id: string,
    document: ModelDocument,
    baseRevision: number,
  ): Promise<{ readonly revision: number }>;
  listRevisions(id: string): Promise<readonly RevisionSummary[]>;
  openRevision(id: string, revision: number): Promise<ModelDocument>;
  renameProject(id: string, name: string): Promise<void>;
  deleteProject(id: string): Promise<void>;
  /** Parses (and migrates) the text of a `.strata.json` file; rejects with what is wrong and where. */
  parseDocument(text: string): Promise<ModelDocument>;
  /** Opens a `.strata.json` file on this machine as a new project. */
  openFile(path: string): Promise<Project>;
  listTemplates(): Promise<readonly TemplateSummary[]>;

  listSamples(): Promise<readonly SampleSummary[]>;
  listDatasets(): Promise<readonly DatasetSummary[]>;
  /** By hash or `sample:<id>`; a sample is imported at first use. Null where nothing has that reference. */
  resolveDataset(reference: string): Promise<DatasetSummary | null>;
  previewSource(request: PreviewRequest): Promise<Preview>;
  importDataset(request: Omit<ImportRequest, 'folder'>): Promise<ImportResult>;
  /** What is being imported, or made of another data set, now; `datasetsChanged` tells of its beginning and its end. */
  runningImports(): Promise<readonly RunningImport[]>;
  /** Rows of a data set, a page at a time. `progress` tells how far a search is; it rejects with `CANCELLED` after `cancelJob`. */
  browseRows(hash: string, request: Omit<BrowseRequest, 'dataset'>): Promise<BrowsedRows>;
  /** What is known of its values; counted at the first request, with `progress`, and kept. */
  datasetStatistics(hash: string, jobId: string): Promise<DatasetStatistics>;
  /** The file that a row of sounds was read from, as a `data:` URL; rejects where it is gone. */
  sound(hash: string, request: Omit<SoundRequest, 'dataset'>): Promise<string>;
  /** What a model is given of one row, before augmentation or after it. */
  modelInputs(hash: string, request: Omit<ModelInputsRequest, 'dataset'>): Promise<ModelInputs>;
  /** Ends an import, a search or a count. */
  cancelJob(jobId: string): Promise<void>;
  /** A new data set with other names or roles of columns, which shares the rows of this one; the old one stays. */
  reviseDataset(
    hash: string,
    request: Pick<ReviseRequest, 'jobId' | 'name' | 'columns'>,
  ): Promise<ImportResult>;
  /** A new data set with more rows in one part, stored as its own were; the old one stays. `progress` tells how far it is. */
  appendRows(hash: string, request: Omit<AppendRequest, 'dataset' | 'folder'>): Promise<ImportResult>;
  renameDataset(hash: string, name: string): Promise<void>;
  /** Rejects with `DATASET_IN_USE` while a run is trained on it. */
  deleteDataset(hash: string): Promise<void>;
  /** What the import left out, and what it warned of. */
  importRecord(hash: string): Promise<ImportRecord>;
  /** Native dialog; null where it was cancelled or the host has none (use `listDirectory`). */
  chooseSource(kind: 'file' | 'folder'): Promise<string | null>;
  listDirectory(path: string | null): Promise<DirectoryListing>;

  /** Trains the newest revision. Kernel tiles are timed first where the setting `autotune` is true. */
  startRun(projectId: string): Promise<RunSummary>;
  pauseRun(id: string): Promise<void>;
  resumeRun(id: string): Promise<void>;
  stopRun(id: string): Promise<void>;
  listRuns(projectId: string | null): Promise<readonly RunSummary[]>;
  getRun(id: string): Promise<RunSummary>;
  runMetrics(id: string): Promise<readonly MetricPoint[]>;
  deleteRun(id: string): Promise<void>;

  /** What a run's model says of rows. */
  predict(runId: string, rows: RowChoice): Promise<PredictResult>;
  /** Has a run's model go on with a sequence; `generated` tells its tokens as they come. */
  generate(
    runId: string,
    request: Pick<GenerateRequest, 'jobId' | 'settings' | 'rows'>,
  ): Promise<GenerateResult>;
  cancelGenerate(jobId: string): Promise<void>;

  getSettings(): Promise<Readonly<Record<string, unknown>>>;
  setSetting(key: string, value: unknown): Promise<void>;
}

/** What main tells every connected renderer, unasked. */
export interface StudioEvents {
  engineChanged(status: EngineStatus): void;
  runChanged(run: RunSummary): void;
  runEvent(event: RunEvent): void;
  progress(event: JobProgress): void;
  datasetsChanged(): void;
  generated(event: GenerateEvent): void;
}

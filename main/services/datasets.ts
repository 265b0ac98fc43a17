import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetSchema } from '../../engine/core/dataset.ts';
import { StrataError, type Problem } from '../../engine/core/errors.ts';
import { IMPORT_FILE, SCHEMA_FILE, shardFiles } from '../../engine/data/snapshots/snapshot.ts';
import { HALF_MADE } from '../../engine/data/sources/scratch.ts';
import type {
  AppendRequest,
  BrowsedRows,
  BrowseRequest,
  DatasetStatistics,
  EngineApi,
  ImportRecord,
  ImportRequest,
  ImportResult,
  ModelInputs,
  ModelInputsRequest,
  SoundRequest,
  ReviseRequest,
} from '../../engine/process/protocol.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import type { DatasetSummary, DatasetUser, RunningImport, SampleSummary } from '../contract.ts';
import type { Home } from '../home.ts';
import type { DatasetRow } from '../store/datasets.ts';
import type { RunRow } from '../store/runs.ts';
import type { Store } from '../store/open.ts';

const SAMPLE = /^sample:/;
const HASH = /^[0-9a-f]{64}$/;

/** How a data set is imported where nobody chose otherwise. */
export const DEFAULT_IMPORT = {
  columns: [],
  missing: 'fill',
  normalise: true,
  split: {},
  onBadRow: 'skip',
} as const satisfies Partial<ImportRequest>;

/** Imported data sets. The engine writes the snapshots; the store knows them by hash. */
export class DatasetsService {
  private readonly store: Store;
  private readonly engine: EngineApi;
  private readonly home: Home;
  private readonly onchange: () => void;
  private readonly samples = new Map<string, Promise<DatasetRow>>();
  /** Data sets that are being made, by the ids of their jobs. */
  private readonly going = new Map<string, RunningImport>();

  constructor(store: Store, engine: EngineApi, home: Home, onchange: () => void) {
    this.store = store;
    this.engine = engine;
    this.home = home;
    this.onchange = onchange;
  }

  folderOf(hash: string): string {
    return join(this.home.datasets, hash);
  }

  /** Records finished snapshots that have no record: who made them was killed before it could write one. */
  recover(): void {
    const names = existsSync(this.home.datasets) ? readdirSync(this.home.datasets) : [];
    const known = new Set(this.store.datasets.hashes());
    for (const hash of names.filter((name) => HASH.test(name) && !known.has(name))) {
      const made = snapshotIn(this.folderOf(hash));
      if (made) this.save(made, { hash, ...made }, null);
    }
  }

  list(): DatasetSummary[] {
    const attached = this.attached();
    return this.store.datasets.list().map((row) => this.summary(row, attached));
  }

  listSamples(): Promise<readonly SampleSummary[]> {
    return this.engine.samples();
  }

  /** By hash or `sample:<id>`; a sample is imported at first use. Null where nothing has that reference. */
  async resolve(reference: string): Promise<DatasetSummary | null> {
    const row = await this.find(reference);
    return row && this.summary(row, this.attached());
  }

  /** As `resolve`; throws `DATASET_MISSING` where nothing has that reference. */
  async require(reference: string | undefined): Promise<DatasetSummary> {
    const dataset = reference === undefined ? null : await this.resolve(reference);
    if (dataset) return dataset;
    throw new StrataError({
      code: 'DATASET_MISSING',
      message: 'There is no data set to train on.',
      got: reference ?? 'nothing attached',
      fix: 'Attach a data set to the project.',
    });
  }

  /** Imports a source; the result is in the store when this resolves. */
  async import(request: Omit<ImportRequest, 'folder'>): Promise<ImportResult> {
    return this.make(request, async () => {
      const result = await this.engine.import({ ...request, folder: this.home.datasets });
      this.save({ name: request.name, source: request.source.path }, result, null);
      return result;
    });
  }

  running(): RunningImport[] {
    return [...this.going.values()];
  }

  browse(hash: string, request: Omit<BrowseRequest, 'dataset'>): Promise<BrowsedRows> {
    return this.engine.browse({ ...request, dataset: this.folderOf(hash) });
  }

  statistics(hash: string, jobId: string): Promise<DatasetStatistics> {
    return this.engine.statistics({ jobId, dataset: this.folderOf(hash) });
  }

  sound(hash: string, request: Omit<SoundRequest, 'dataset'>): Promise<string> {
    return this.engine.sound({ ...request, dataset: this.folderOf(hash) });
  }

  modelInputs(hash: string, request: Omit<ModelInputsRequest, 'dataset'>): Promise<ModelInputs> {
    return this.engine.modelInputs({ ...request, dataset: this.folderOf(hash) });
  }

  /** The new data set is in the store when this resolves. */
  revise(hash: string, request: Pick<ReviseRequest, 'jobId' | 'name' | 'columns'>): Promise<ImportResult> {
    return this.derive(hash, request, (folders) => this.engine.revise({ ...request, ...folders }));
  }

  /** The new data set is in the store when this resolves. */
  append(hash: string, request: Omit<AppendRequest, 'dataset' | 'folder'>): Promise<ImportResult> {
    return this.derive(hash, request, (folders) => this.engine.append({ ...request, ...folders }));
  }

  importRecord(hash: string): Promise<ImportRecord> {
    return this.engine.importRecord(this.folderOf(hash));
  }

  rename(hash: string, name: string): void {
    this.store.datasets.rename(hash, name);
    this.onchange();
  }

  /** Projects that refer to it find nothing then, until it is imported again. Throws `DATASET_IN_USE` while a run is trained on it. */
  async delete(hash: string): Promise<void> {
    const run = this.store.runs.active().find(({ dataset }) => dataset === hash);
    if (run) throw inUse(run);
    this.store.datasets.delete(hash);
    const folder = this.folderOf(hash);
    const aside = join(this.home.datasets, `${HALF_MADE}${process.pid}-${hash}`);
    // Nothing may find half of it. Where it cannot be moved, as on Windows while it is open, it is removed in its place.
    await rename(folder, aside).catch(() => {});
    for (const path of [aside, folder]) await rm(path, { recursive: true, force: true });
    this.onchange();
  }

  /** A data set that is made of another one. */
  private derive(
    hash: string,
    request: RunningImport,
    from: (folders: Pick<ReviseRequest, 'dataset' | 'folder'>) => Promise<ImportResult>,
  ): Promise<ImportResult> {
    return this.make(request, async () => {
      // One that was deleted meanwhile is told of by the engine, which finds no files.
      const source = this.store.datasets.find(hash)?.source ?? '';
      const result = await from({ dataset: this.folderOf(hash), folder: this.home.datasets });
      this.save({ name: request.name, source }, result, null);
      return result;
    });
  }

  /** Does what makes a data set, and tells everyone while it goes on. */
  private async make<T>({ jobId, name }: RunningImport, work: () => Promise<T>): Promise<T> {
    this.going.set(jobId, { jobId, name });
    this.onchange();
    try {
      return await work();
    } finally {
      this.going.delete(jobId);
      this.onchange();
    }
  }

  private async find(reference: string): Promise<DatasetRow | null> {
    const known = this.store.datasets.find(reference);
    if (known) return known;
    if (!SAMPLE.test(reference)) return null;
    const samples = await this.listSamples();
    const sample = samples.find((candidate) => candidate.reference === reference);
    if (!sample) return null;
    const importing = this.samples.get(reference) ?? this.importSample(sample);
    this.samples.set(reference, importing);
    try {
      return await importing;
    } finally {
      this.samples.delete(reference);
    }
  }

  private async importSample({ reference, title }: SampleSummary): Promise<DatasetRow> {
    const request = { ...DEFAULT_IMPORT, jobId: randomUUID(), source: { path: reference }, name: title };
    return this.make(request, async () => {
      const result = await this.engine.import({ ...request, folder: this.home.datasets });
      return this.save({ name: title, source: reference }, result, reference);
    });
  }

  private save(
    { name, source }: Pick<DatasetRow, 'name' | 'source'>,
    { hash, bytes, schema }: Pick<ImportResult, 'hash' | 'bytes' | 'schema'>,
    sample: string | null,
  ): DatasetRow {
    const createdAt = new Date().toISOString();
    const row = { hash, name, createdAt, source, sample, bytes, schema };
    this.store.datasets.save(row);
    return row;
  }

  /** Projects by the reference in their newest document. */
  private attached(): Map<string, Projects> {
    const uses = new Map<string, Projects>();
    for (const { id, name } of this.store.projects.list()) {
      const text = this.store.revisions.newest(id)?.document;
      const reference = text === undefined ? undefined : parseDocument(text).dataset;
      if (reference !== undefined) uses.set(reference, [...(uses.get(reference) ?? []), { id, name }]);
    }
    return uses;
  }

  private summary(row: DatasetRow, attached: ReadonlyMap<string, Projects>): DatasetSummary {
    const { sample, ...rest } = row;
    const users = new Map<string, DatasetUser>();
    const trained = this.store.runs.projectsOf(row.hash);
    const projects = [row.hash, ...(sample === null ? [] : [sample])].flatMap((it) => attached.get(it) ?? []);
    for (const project of projects) users.set(project.id, { ...project, attached: true, runs: 0 });
    for (const project of trained) users.set(project.id, { attached: users.has(project.id), ...project });
    return { ...rest, usedBy: [...users.values()] };
  }
}

type Projects = readonly { readonly id: string; readonly name: string }[];

/** What a record says of a snapshot, by its own files; undefined where it is damaged. */
function snapshotIn(folder: string): Pick<DatasetRow, 'name' | 'source' | 'bytes' | 'schema'> | undefined {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  try {
    const schema = read(SCHEMA_FILE) as DatasetSchema;
    const { source } = read(IMPORT_FILE) as ImportRecord;
    const files = [SCHEMA_FILE, ...shardFiles(schema).map(({ path }) => path)];
    const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    return { name: schema.name, source, bytes, schema };
  } catch {
    return undefined;
  }
}

function inUse({ projectName, number, datasetName }: RunRow): StrataError {
  const problem: Problem = {
    code: 'DATASET_IN_USE',
    message: `"${datasetName}" is being trained on.`,
    got: `Run ${number} of ${projectName}`,
    fix: 'Stop the run, or wait for its end, and try again.',
  };
  return new StrataError(problem);
}

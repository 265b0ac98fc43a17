import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Split } from '../../engine/core/dataset.ts';
import { StrataError, type Problem } from '../../engine/core/errors.ts';
import type {
  BrowsedRows,
  BrowseRequest,
  DatasetStatistics,
  EngineApi,
  ImportRequest,
  ImportResult,
  ModelInputs,
} from '../../engine/process/protocol.ts';
import type { ModelDocument } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import type { DatasetSummary, SampleSummary } from '../contract.ts';
import type { Home } from '../home.ts';
import type { DatasetRow } from '../store/datasets.ts';
import type { Store } from '../store/open.ts';

const SAMPLE = /^sample:/;

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

  constructor(store: Store, engine: EngineApi, home: Home, onchange: () => void) {
    this.store = store;
    this.engine = engine;
    this.home = home;
    this.onchange = onchange;
  }

  folderOf(hash: string): string {
    return join(this.home.datasets, hash);
  }

  list(): DatasetSummary[] {
    const uses = this.uses();
    return this.store.datasets.list().map((row) => summary(row, uses));
  }

  listSamples(): Promise<readonly SampleSummary[]> {
    return this.engine.samples();
  }

  /** By hash or `sample:<id>`; a sample is imported at first use. Null where nothing has that reference. */
  async resolve(reference: string): Promise<DatasetSummary | null> {
    const row = await this.find(reference);
    return row && summary(row, this.uses());
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
    const result = await this.engine.import({ ...request, folder: this.home.datasets });
    this.save(request, result, null);
    return result;
  }

  browse(hash: string, request: Omit<BrowseRequest, 'dataset'>): Promise<BrowsedRows> {
    return this.engine.browse({ ...request, dataset: this.folderOf(hash) });
  }

  statistics(hash: string, jobId: string): Promise<DatasetStatistics> {
    return this.engine.statistics({ jobId, dataset: this.folderOf(hash) });
  }

  modelInputs(hash: string, document: ModelDocument, split: Split, row: number): Promise<ModelInputs> {
    return this.engine.modelInputs({ document, dataset: this.folderOf(hash), split, row });
  }

  /** Refuses with `DATASET_IN_USE` where a project's current document refers to it. */
  async delete(hash: string): Promise<void> {
    const row = this.store.datasets.find(hash);
    const used = row ? usersOf(row, this.uses()) : [];
    if (row && used.length > 0) throw inUse(row.name, used);
    this.store.datasets.delete(hash);
    await rm(this.folderOf(hash), { recursive: true, force: true });
    this.onchange();
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
    const result = await this.engine.import({ ...request, folder: this.home.datasets });
    return this.save(request, result, reference);
  }

  private save(
    request: Omit<ImportRequest, 'folder'>,
    result: ImportResult,
    sample: string | null,
  ): DatasetRow {
    const { hash, bytes, schema } = result;
    const createdAt = new Date().toISOString();
    const row = { hash, name: request.name, createdAt, source: request.source.path, sample, bytes, schema };
    this.store.datasets.save(row);
    this.onchange();
    return row;
  }

  /** Projects by the reference in their newest document. */
  private uses(): Map<string, Users> {
    const uses = new Map<string, Users>();
    for (const { id, name } of this.store.projects.list()) {
      const text = this.store.revisions.newest(id)?.document;
      const reference = text === undefined ? undefined : parseDocument(text).dataset;
      if (reference !== undefined) uses.set(reference, [...(uses.get(reference) ?? []), { id, name }]);
    }
    return uses;
  }
}

type Users = DatasetSummary['usedBy'];

function usersOf({ hash, sample }: DatasetRow, uses: ReadonlyMap<string, Users>): Users {
  return [...(uses.get(hash) ?? []), ...((sample !== null && uses.get(sample)) || [])];
}

function summary(row: DatasetRow, uses: ReadonlyMap<string, Users>): DatasetSummary {
  const { sample: _, ...rest } = row;
  return { ...rest, usedBy: usersOf(row, uses) };
}

function inUse(name: string, users: Users): StrataError {
  const problem: Problem = {
    code: 'DATASET_IN_USE',
    message: `"${name}" is used by a project.`,
    got: users.map((user) => user.name).join(', '),
    fix: 'Attach another data set there, or delete the project, and try again.',
  };
  return new StrataError(problem);
}

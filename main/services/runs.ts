import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toProblem, type Problem } from '../../engine/core/errors.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import type { ModelDocument } from '../../engine/graph/document.ts';
import type {
  EngineApi,
  InitialSource,
  MetricPoint,
  RunEvent,
  TrainedRun,
  TrainRequest,
} from '../../engine/process/protocol.ts';
import type { RunSummary } from '../contract.ts';
import type { Home } from '../home.ts';
import type { Store } from '../store/open.ts';
import type { RunRow } from '../store/runs.ts';
import { ActiveRun } from './active-run.ts';
import { Checkpoints } from './checkpoints.ts';
import type { DatasetsService } from './datasets.ts';
import { newId } from './ids.ts';
import type { ProjectsService } from './projects.ts';
import { isAlive } from './processes.ts';
import { going, missing, noSource, notGoing, notResumable, requireSound } from './run-errors.ts';

/** Beside the checkpoint after every epoch: what a crash may cost at most. */
const CHECKPOINT_EVERY_SECONDS = 60;
/** How soon what the store did not take is offered to it again, in milliseconds. */
const RETRY_MS = 2000;
/** Events that are gone when they have been shown. */
const UNSTORED: ReadonlySet<RunEvent['kind']> = new Set(['speed', 'tuning', 'compiling', 'loading']);

/** What a run may take of the machine. */
export type RunLimits = Pick<TrainRequest, 'memoryLimit'>;
/** How a new run is started. */
export type RunStart = RunLimits & Pick<TrainRequest, 'autotune'>;

export interface RunListeners {
  changed(run: RunSummary): void;
  event(event: RunEvent): void;
  unexpected(error: unknown, where: string): void;
}

export interface RunParts {
  readonly store: Store;
  readonly engine: EngineApi;
  readonly home: Home;
  readonly projects: ProjectsService;
  readonly datasets: DatasetsService;
}

/** Training runs: what the engine tells about them goes into the store, and what is going on can be steered. */
export class RunsService {
  private readonly parts: RunParts;
  private readonly listeners: RunListeners;
  private readonly checkpoints: Checkpoints;
  private readonly active = new Map<string, ActiveRun>();
  private retry: NodeJS.Timeout | undefined;

  constructor(parts: RunParts, listeners: RunListeners) {
    this.parts = parts;
    this.listeners = listeners;
    this.checkpoints = new Checkpoints(parts.store, parts.home.folder);
  }

  // ---------------------------------------------------------------- asking

  list(projectId: string | null): RunSummary[] {
    return this.parts.store.runs.list(projectId).map((row) => this.summary(this.current(row)));
  }

  get(id: string): RunSummary {
    return this.summary(this.current(this.require(id)));
  }

  metrics(id: string): readonly MetricPoint[] {
    return this.parts.store.metrics.list(id);
  }

  /** The model of a run with its newest weights. Throws `RUN_MISSING` or `NO_CHECKPOINT`. */
  async trained(id: string): Promise<TrainedRun> {
    const { document, dataset } = this.require(id);
    const { file, sha256 } = await this.checkpoints.newest(id);
    return {
      document: parseDocument(document),
      dataset: this.parts.datasets.folderOf(dataset),
      checkpoint: file,
      sha256,
    };
  }

  /** Runs that are going on here. */
  get going(): readonly string[] {
    return [...this.active.values()].filter((run) => !run.over).map((run) => run.row.id);
  }

  // ---------------------------------------------------------------- steering

  /** Trains the project's newest revision. */
  async start(projectId: string, how: RunStart = {}): Promise<RunSummary> {
    const { store, projects } = this.parts;
    const { revision, document } = projects.newest(projectId);
    const dataset = await this.parts.datasets.require(document.dataset);
    requireSound(document, dataset.schema);
    const initialiseFrom = await this.initialSource(document);
    const id = newId();
    const createdAt = new Date().toISOString();
    const run = { id, projectId, revision, dataset: dataset.hash, datasetName: dataset.name, createdAt };
    store.runs.insert(run, process.pid);
    await this.train(this.require(id), { initialiseFrom, ...how });
    return this.get(id);
  }

  async pause(id: string): Promise<void> {
    this.requireActive(id);
    await this.parts.engine.pause(id);
  }

  /** Goes on: a paused run where it is, one that ended early from its newest sound checkpoint. */
  async resume(id: string, limits: RunLimits = {}): Promise<void> {
    if (this.active.has(id)) return this.parts.engine.resume(id);
    const row = this.require(id);
    if (!canGoOn(row)) throw notResumable(row.status);
    const { step, epoch, file } = await this.checkpoints.newest(id);
    if (this.active.has(id)) return; // Somebody else asked for the same meanwhile.
    await this.parts.datasets.require(row.dataset);
    this.parts.store.metrics.deleteAfter(id, step);
    const fresh = { status: 'preparing', owner: process.pid, endedAt: null, problem: null } as const;
    const { tiles = {} } = row.device ?? {};
    await this.train({ ...row, ...fresh, step, epoch }, { resumeFrom: file, tiles, ...limits });
  }

  /** Ends a run after a checkpoint. */
  async stop(id: string): Promise<void> {
    this.requireActive(id);
    await this.parts.engine.stop(id);
  }

  async delete(id: string): Promise<void> {
    this.requireIdle(id);
    this.parts.store.runs.delete(id);
    await this.removeFiles(id);
  }

  /** Deletes a project with its runs and their checkpoints. */
  async deleteProject(projectId: string): Promise<void> {
    const ids = this.parts.store.runs.list(projectId).map(({ id }) => id);
    for (const id of ids) this.requireIdle(id);
    this.parts.projects.delete(projectId);
    await this.removeFiles(...ids);
  }

  /** Stops every run that is going on here, each with a checkpoint, and waits until they have ended. */
  async stopAll(patienceMs: number): Promise<void> {
    const deadline = Date.now() + patienceMs;
    await Promise.allSettled(this.going.map((id) => this.parts.engine.stop(id)));
    while (this.going.length > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    clearTimeout(this.retry);
  }

  // ---------------------------------------------------------------- events

  /** An event of the engine. */
  handle(event: RunEvent): void {
    const run = this.active.get(event.runId);
    if (!run) return; // Already marked as interrupted: the engine that sent it is gone.
    run.apply(event);
    this.listeners.event(event);
    if (UNSTORED.has(event.kind)) return;
    this.save(run);
    if (event.kind === 'checkpoint') this.prune(event.runId);
    if (event.kind !== 'metrics') this.listeners.changed(this.summary(run.row));
  }

  /** The engine is gone, and every run with it. */
  engineDied(problem: Problem): void {
    for (const run of this.active.values()) {
      if (run.over) continue;
      run.enter('interrupted', problem);
      this.save(run);
      this.listeners.changed(this.summary(run.row));
    }
  }

  /** Marks the runs of a Strata that ended without saying so. Called once, before anything is started. */
  recover(): void {
    for (const row of this.parts.store.runs.active()) {
      if (row.owner !== null && row.owner !== process.pid && isAlive(row.owner)) continue;
      const run = new ActiveRun(row, this.parts.home.folder);
      run.enter('interrupted', {
        code: 'RUN_INTERRUPTED',
        message: 'Strata ended while this run was going on.',
        fix: 'Go on from the last checkpoint.',
      });
      run.save(this.parts.store);
    }
  }

  // ---------------------------------------------------------------- inside

  /** The run whose weights a model begins with, if any. Throws `RUN_MISSING` or `NO_CHECKPOINT`. */
  private async initialSource({ training }: ModelDocument): Promise<InitialSource | undefined> {
    if (!training.initialiseFrom) return undefined;
    const { run } = training.initialiseFrom;
    if (!this.parts.store.runs.find(run)) throw noSource(run);
    return { run, checkpoint: (await this.checkpoints.newest(run)).file };
  }

  private async train(
    row: RunRow,
    how: Pick<TrainRequest, 'resumeFrom' | 'initialiseFrom' | 'tiles'> & RunStart,
  ): Promise<void> {
    const run = new ActiveRun(row, this.parts.home.folder);
    this.active.set(row.id, run);
    this.save(run);
    this.listeners.changed(this.summary(run.row));
    const request: TrainRequest = {
      runId: row.id,
      document: parseDocument(row.document),
      dataset: this.parts.datasets.folderOf(row.dataset),
      checkpoints: this.folderOf(row.id),
      tileFile: this.parts.home.tiles,
      ...how,
      checkpointEverySeconds: CHECKPOINT_EVERY_SECONDS,
    };
    try {
      await this.parts.engine.train(request);
    } catch (error) {
      if (!run.over) {
        run.enter('failed', toProblem(error));
        this.save(run);
        this.listeners.changed(this.summary(run.row));
      }
      throw error;
    }
  }

  /**
   * Stores a run. Where the store cannot take it the run is paused, nothing is dropped, and it is tried again until the
   * store can.
   */
  private save(run: ActiveRun): void {
    try {
      run.save(this.parts.store);
    } catch (error) {
      this.listeners.unexpected(error, 'storing a run');
      run.trouble(toProblem(error));
      if (run.row.status === 'running') void this.parts.engine.pause(run.row.id).catch(() => {});
      this.retry ??= setTimeout(() => this.saveAgain(), RETRY_MS);
      return;
    }
    if (run.over) this.active.delete(run.row.id);
  }

  private saveAgain(): void {
    this.retry = undefined;
    for (const run of [...this.active.values()]) {
      this.save(run);
      this.listeners.changed(this.summary(run.row));
    }
  }

  private prune(runId: string): void {
    try {
      this.checkpoints.prune(runId);
    } catch (error) {
      this.listeners.unexpected(error, 'forgetting old checkpoints'); // The next checkpoint tries again.
    }
  }

  /** Removes checkpoints, and what the engine may keep of them on the device. */
  private async removeFiles(...ids: readonly string[]): Promise<void> {
    for (const id of ids) await rm(this.folderOf(id), { recursive: true, force: true });
    void this.parts.engine.release().catch((error) => this.listeners.unexpected(error, 'deleting runs'));
  }

  private folderOf(id: string): string {
    return join(this.parts.home.runs, id);
  }

  /** The row as it is in memory, where that is newer than the store. */
  private current(row: RunRow): RunRow {
    return this.active.get(row.id)?.row ?? row;
  }

  private summary({ owner: _, ...row }: RunRow): RunSummary {
    const hasCheckpoint = this.checkpoints.exist(row.id);
    const resumable = canGoOn(row) && hasCheckpoint;
    return { ...row, document: parseDocument(row.document), hasCheckpoint, resumable };
  }

  private require(id: string): RunRow {
    const row = this.parts.store.runs.find(id);
    if (!row) throw missing(id);
    return row;
  }

  private requireActive(id: string): void {
    if (!this.active.has(id)) throw notGoing(this.require(id).status);
  }

  private requireIdle(id: string): void {
    if (this.active.has(id)) throw going();
  }
}

function canGoOn({ status }: Pick<RunRow, 'status'>): boolean {
  return status === 'interrupted' || status === 'stopped' || status === 'failed';
}

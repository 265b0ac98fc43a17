import { getContext, setContext } from 'svelte';
import type { TrainingCatalog } from '../../engine/process/protocol.ts';
import type { EngineStatus, HostInfo, StudioApi } from '../../main/contract.ts';
import { toasts } from '../ui/toasts.svelte.ts';
import { Connection } from './connection.svelte.ts';
import { DatasetsState } from './datasets.svelte.ts';
import { ProjectState } from './project.svelte.ts';
import { Router, type Workspace } from './router.svelte.ts';
import { RunsState } from './runs.svelte.ts';
import { ThemeState } from './theme.svelte.ts';

/** Everything the window knows, made once in main.ts and handed down as context. */
export class Studio {
  readonly connection = new Connection();
  readonly api: StudioApi = this.connection.api;
  readonly router = new Router();
  readonly theme = new ThemeState(this.api);
  readonly datasets = new DatasetsState(this.api);
  readonly runs = new RunsState(this.api);
  host = $state.raw<HostInfo | null>(null);
  engine = $state.raw<EngineStatus>({ state: 'starting' });
  /** Empty until the engine has told. */
  trainingCatalog = $state.raw<TrainingCatalog>({ optimizers: [], schedules: [] });
  project = $state.raw<ProjectState | null>(null);

  constructor() {
    this.connection.on('engineChanged', (status) => this.engineChanged(status));
    this.connection.on('runChanged', (run) => this.runs.changed(run));
    this.connection.on('runEvent', (event) => this.runs.event(event));
    this.connection.on(
      'datasetsChanged',
      () => void this.datasets.load().catch((error) => toasts.fail(error)),
    );
    this.connection.onopen(() => void this.refresh().catch((error) => toasts.fail(error)));
  }

  async openProject(id: string): Promise<void> {
    if (this.project?.id === id) return;
    const project = new ProjectState(this.api, await this.api.openProject(id));
    this.project = project;
    await this.runs.open(id);
  }

  /** Leaves the project once its newest edits are stored. */
  async closeProject(): Promise<void> {
    const project = this.project;
    this.project = null;
    await project?.autosave.flush();
  }

  show(id: string, workspace: Workspace = 'build'): void {
    this.router.go({ page: 'project', id, workspace });
  }

  /** Everything that events keep up to date, asked for afresh: some may have been missed while there was no connection. */
  private async refresh(): Promise<void> {
    void this.project?.autosave.flush();
    this.host = await this.api.host();
    this.engineChanged(await this.api.engine());
    await Promise.all([
      this.theme.load(),
      this.datasets.load(),
      this.project && this.runs.open(this.project.id),
    ]);
  }

  private engineChanged(status: EngineStatus): void {
    this.engine = status;
    if (status.state !== 'ready' || this.trainingCatalog.optimizers.length > 0) return;
    this.api.trainingCatalog().then(
      (catalog) => (this.trainingCatalog = catalog),
      (error: unknown) => this.engine === status && toasts.fail(error),
    );
  }
}

const KEY = Symbol('studio');

export function provideStudio(studio: Studio): void {
  setContext(KEY, studio);
}

export function useStudio(): Studio {
  return getContext<Studio>(KEY);
}

/** The open project, for everything below the page that has opened it. */
export function useProject(): ProjectState {
  const { project } = useStudio();
  if (!project) throw new Error('No project is open.');
  return project;
}

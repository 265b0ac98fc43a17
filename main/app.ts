import { fileURLToPath } from 'node:url';
import type { StudioApi, StudioEvents } from './contract.ts';
import { homeOf, type Home } from './home.ts';
import type { Host } from './host.ts';
import { Log } from './log.ts';
import { DatasetsService } from './services/datasets.ts';
import { EngineService } from './services/engine.ts';
import { InferenceService } from './services/inference.ts';
import { ProjectsService } from './services/projects.ts';
import { RunsService } from './services/runs.ts';
import { SettingsService } from './services/settings.ts';
import { TemplatesService } from './services/templates.ts';
import { openStore, type Store } from './store/open.ts';
import { studioApi } from './studio.ts';
import { VERSION } from './version.ts';

/** How long closing waits for the checkpoints of the runs that are going on. */
const CHECKPOINT_MS = 30_000;

export interface AppOptions {
  readonly home?: Home;
  /** Folder of the templates, where it is not beside main. */
  readonly templates?: string;
  /** Additions to the engine's environment. */
  readonly engineEnvironment?: Readonly<Record<string, string>>;
}

/** Store, services and host, put together. Every host and the command line make one. */
export class StrataApp {
  readonly host: Host;
  readonly home: Home;
  readonly version = VERSION;
  readonly log: Log;
  readonly store: Store;
  readonly engine: EngineService;
  readonly projects: ProjectsService;
  readonly datasets: DatasetsService;
  readonly runs: RunsService;
  readonly inference: InferenceService;
  readonly templates: TemplatesService;
  readonly settings: SettingsService;
  readonly api: StudioApi;
  private readonly subscribers = new Set<Partial<StudioEvents>>();

  /** Throws what opening the store throws. */
  constructor(host: Host, options: AppOptions = {}) {
    this.host = host;
    this.home = options.home ?? homeOf();
    this.log = new Log(this.home.log);
    this.store = openStore(this.home.folder);
    this.engine = this.makeEngine(options.engineEnvironment);
    const datasetsChanged = () => this.emit('datasetsChanged');
    this.projects = new ProjectsService(this.store, datasetsChanged);
    this.datasets = new DatasetsService(this.store, this.engine.api, this.home, datasetsChanged);
    this.runs = this.makeRuns();
    this.inference = new InferenceService(this.runs, this.engine.api);
    this.templates = new TemplatesService(
      options.templates ?? fileURLToPath(new URL('../templates', import.meta.url)),
    );
    this.settings = new SettingsService(this.store);
    this.api = studioApi(this);
    this.datasets.recover();
    this.runs.recover();
  }

  /** Tells `subscriber` what happens from now on; returns the function that ends that. */
  subscribe(subscriber: Partial<StudioEvents>): () => void {
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  }

  /** Stops the runs that are going on, each with a checkpoint, then the engine, and closes the store. */
  async close(): Promise<void> {
    await this.runs.stopAll(CHECKPOINT_MS);
    await this.engine.close();
    this.store.close();
  }

  private makeEngine(environment?: Readonly<Record<string, string>>): EngineService {
    const listeners = {
      status: (status) => this.emit('engineChanged', status),
      died: (problem) => this.runs.engineDied(problem),
      run: (event) => this.runs.handle(event),
      progress: (event) => this.emit('progress', event),
      generated: (event) => this.emit('generated', event),
    } satisfies ConstructorParameters<typeof EngineService>[1];
    return new EngineService(this.host, listeners, environment);
  }

  private makeRuns(): RunsService {
    const { store, home, projects, datasets } = this;
    const parts = { store, home, projects, datasets, engine: this.engine.api };
    return new RunsService(parts, {
      changed: (run) => this.emit('runChanged', run),
      event: (event) => this.emit('runEvent', event),
      unexpected: (error, where) => this.log.unexpected(error, where),
    });
  }

  private emit<K extends keyof StudioEvents>(event: K, ...args: Parameters<StudioEvents[K]>): void {
    for (const subscriber of this.subscribers) {
      (subscriber[event] as ((...all: typeof args) => void) | undefined)?.(...args);
    }
  }
}

import type { MetricPoint, RunEvent } from '../../engine/process/protocol.ts';
import type { RunSummary, StudioApi } from '../../main/contract.ts';

export type SpeedEvent = Extract<RunEvent, { kind: 'speed' }>;
export type PreparingEvent = Extract<RunEvent, { kind: 'tuning' | 'compiling' | 'loading' }>;

type RunsApi = Pick<StudioApi, 'listRuns' | 'runMetrics'>;

/** Runs of the open project and their curves, kept up to date by main's events. */
export class RunsState {
  runs = $state.raw<readonly RunSummary[]>([]);
  /** Metric points by run id; a run that nobody looked at yet has no entry. */
  metrics = $state.raw<Readonly<Record<string, readonly MetricPoint[]>>>({});
  speed = $state.raw<Readonly<Record<string, SpeedEvent>>>({});
  /** How far a run is that has not begun yet. */
  preparing = $state.raw<Readonly<Record<string, PreparingEvent>>>({});
  /** What a run told on its way to its first step, such as what it does to fit into memory. */
  remarks = $state.raw<Readonly<Record<string, string>>>({});
  private projectId: string | null = null;
  private readonly api: RunsApi;

  constructor(api: RunsApi) {
    this.api = api;
  }

  /** The newest run that is not over, if there is one. */
  get active(): RunSummary | null {
    return this.runs.find((run) => isActive(run)) ?? null;
  }

  async open(projectId: string): Promise<void> {
    if (this.projectId !== projectId) {
      this.runs = [];
      this.metrics = {};
      this.speed = {};
      this.preparing = {};
      this.remarks = {};
    }
    this.projectId = projectId;
    const runs = await this.api.listRuns(projectId);
    if (this.projectId === projectId) this.runs = runs;
  }

  /** Loads a run's stored points; those that arrive meanwhile are kept. */
  async watch(runId: string): Promise<void> {
    if (runId in this.metrics) return;
    this.metrics = { ...this.metrics, [runId]: [] };
    const stored = await this.api.runMetrics(runId);
    this.metrics = { ...this.metrics, [runId]: merge(stored, this.metrics[runId] ?? []) };
  }

  changed(run: RunSummary): void {
    if (run.projectId !== this.projectId) return;
    const known = this.runs.some((other) => other.id === run.id);
    this.runs = known ? this.runs.map((other) => (other.id === run.id ? run : other)) : [run, ...this.runs];
  }

  event(event: RunEvent): void {
    if (event.kind === 'speed') {
      this.speed = { ...this.speed, [event.runId]: event };
    } else if (event.kind === 'tuning' || event.kind === 'compiling' || event.kind === 'loading') {
      this.preparing = { ...this.preparing, [event.runId]: event };
    } else if (event.kind === 'phase' && event.phase === 'preparing' && event.message) {
      this.remarks = { ...this.remarks, [event.runId]: event.message };
    } else if (event.kind === 'metrics' && event.runId in this.metrics) {
      const points = merge(this.metrics[event.runId], event.points);
      this.metrics = { ...this.metrics, [event.runId]: points };
    }
  }

  removed(runId: string): void {
    this.runs = this.runs.filter((run) => run.id !== runId);
  }
}

export function isActive(run: RunSummary): boolean {
  return run.status === 'preparing' || run.status === 'running' || run.status === 'paused';
}

/** Both lists without double points. A resumed run measures steps again: the later measurement counts. */
function merge(earlier: readonly MetricPoint[], later: readonly MetricPoint[]): readonly MetricPoint[] {
  const key = (point: MetricPoint) => `${point.split}:${point.step}`;
  const replaced = new Set(later.map(key));
  return [...earlier.filter((point) => !replaced.has(key(point))), ...later];
}

import type { Database } from 'better-sqlite3';
import type { DeviceInfo } from '../../engine/core/device.ts';
import type { Problem } from '../../engine/core/errors.ts';
import type { InitialWeights } from '../../engine/process/protocol.ts';
import type { RunStatus } from '../contract.ts';
import { write } from './write.ts';

/** What a run is made of, fixed when it is made. */
export interface NewRun {
  readonly id: string;
  readonly projectId: string;
  readonly revision: number;
  readonly dataset: string;
  readonly datasetName: string;
  readonly createdAt: string;
}

/** What changes while a run goes on. */
export interface RunState {
  readonly status: RunStatus;
  /** Process id of the Strata that trains it; null while nobody does. */
  readonly owner: number | null;
  readonly endedAt: string | null;
  readonly device: DeviceInfo | null;
  readonly parameters: number | null;
  readonly peakBytes: number | null;
  /** Null where it began with random weights. */
  readonly initial: InitialWeights | null;
  readonly step: number;
  readonly epoch: number;
  readonly seconds: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly problem: Problem | null;
}

export interface RunRow extends NewRun, RunState {
  readonly projectName: string;
  readonly number: number;
  /** Text of the revision it trains. */
  readonly document: string;
}

type Stored = Omit<RunRow, 'device' | 'initial' | 'metrics' | 'problem'> & {
  readonly initial: string | null;
  readonly device: string | null;
  readonly metrics: string;
  readonly problem: string | null;
};

const SELECT = `
  SELECT runs.id, runs.project_id AS projectId, projects.name AS projectName, number, runs.revision, dataset,
    dataset_name AS datasetName, status, owner, runs.created_at AS createdAt, ended_at AS endedAt, device, parameters,
    peak_bytes AS peakBytes, initial, step, epoch, seconds, metrics, problem, revisions.document
  FROM runs
  JOIN projects ON projects.id = runs.project_id
  JOIN revisions ON revisions.project_id = runs.project_id AND revisions.revision = runs.revision`;

export class Runs {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  /** Newest first; of all projects where `projectId` is null. */
  list(projectId: string | null): RunRow[] {
    return this.db
      .prepare<{ projectId: string | null }, Stored>(
        `${SELECT} WHERE @projectId IS NULL OR runs.project_id = @projectId
         ORDER BY runs.created_at DESC, number DESC`,
      )
      .all({ projectId })
      .map(parse);
  }

  find(id: string): RunRow | undefined {
    const row = this.db.prepare<[string], Stored>(`${SELECT} WHERE runs.id = ?`).get(id);
    return row && parse(row);
  }

  /** Runs that the store holds as going on, whoever trains them. */
  active(): RunRow[] {
    return this.db
      .prepare<[], Stored>(`${SELECT} WHERE status IN ('preparing', 'running', 'paused')`)
      .all()
      .map(parse);
  }

  /** How many runs of which projects were trained on a data set. */
  projectsOf(dataset: string): { readonly id: string; readonly name: string; readonly runs: number }[] {
    return this.db
      .prepare<[string], { id: string; name: string; runs: number }>(
        `SELECT projects.id, projects.name, count(*) AS runs FROM runs JOIN projects ON projects.id = runs.project_id
         WHERE dataset = ? GROUP BY projects.id ORDER BY projects.name, projects.id`,
      )
      .all(dataset);
  }

  /** Final metrics of a project's finished runs. */
  results(projectId: string): RunState['metrics'][] {
    return this.db
      .prepare<[string], string>("SELECT metrics FROM runs WHERE project_id = ? AND status = 'finished'")
      .pluck()
      .all(projectId)
      .map((text) => JSON.parse(text as string) as RunState['metrics']);
  }

  /** Stores a new run under the project's next number. */
  insert(run: NewRun, owner: number): void {
    write(this.db, () =>
      this.db
        .prepare(
          `INSERT INTO runs (id, project_id, number, revision, dataset, dataset_name, status, owner, created_at)
           SELECT @id, @projectId, coalesce(max(number), 0) + 1, @revision, @dataset, @datasetName,
             'preparing', @owner, @createdAt
           FROM runs WHERE project_id = @projectId`,
        )
        .run({ ...run, owner }),
    );
  }

  update(id: string, state: RunState): void {
    write(this.db, () =>
      this.db
        .prepare(
          `UPDATE runs SET status = @status, owner = @owner, ended_at = @endedAt, device = @device,
             parameters = @parameters, peak_bytes = @peakBytes, initial = @initial, step = @step, epoch = @epoch, seconds = @seconds,
             metrics = @metrics, problem = @problem
           WHERE id = @id`,
        )
        .run({
          ...state,
          id,
          device: state.device && JSON.stringify(state.device),
          initial: state.initial && JSON.stringify(state.initial),
          metrics: JSON.stringify(state.metrics),
          problem: state.problem && JSON.stringify(state.problem),
        }),
    );
  }

  delete(id: string): void {
    write(this.db, () => this.db.prepare('DELETE FROM runs WHERE id = ?').run(id));
  }
}

function parse(row: Stored): RunRow {
  return {
    ...row,
    device: row.device === null ? null : (JSON.parse(row.device) as DeviceInfo),
    initial: row.initial === null ? null : (JSON.parse(row.initial) as InitialWeights),
    metrics: JSON.parse(row.metrics) as Record<string, number>,
    problem: row.problem === null ? null : (JSON.parse(row.problem) as Problem),
  };
}

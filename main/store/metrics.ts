import type { Database } from 'better-sqlite3';
import type { MetricPoint } from '../../engine/process/protocol.ts';
import { write } from './write.ts';

interface Stored extends Omit<MetricPoint, 'values'> {
  readonly values: string;
}

export class Metrics {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  list(runId: string): MetricPoint[] {
    return this.db
      .prepare<[string], Stored>(
        'SELECT split, step, epoch, "values" FROM metrics WHERE run_id = ? ORDER BY step, split',
      )
      .all(runId)
      .map((row) => ({ ...row, values: JSON.parse(row.values) as MetricPoint['values'] }));
  }

  /** Stores a batch in one transaction. A point that a resumed run measures again replaces the earlier one. */
  insert(runId: string, points: readonly MetricPoint[]): void {
    const statement = this.db.prepare(
      `INSERT OR REPLACE INTO metrics (run_id, split, step, epoch, "values")
       VALUES (@runId, @split, @step, @epoch, @values)`,
    );
    write(this.db, () => {
      for (const point of points) {
        statement.run({ runId, ...point, values: JSON.stringify(point.values) });
      }
    });
  }

  /** Points of the steps that a run does again when it goes on from a checkpoint. */
  deleteAfter(runId: string, step: number): void {
    write(this.db, () =>
      this.db.prepare('DELETE FROM metrics WHERE run_id = ? AND step > ?').run(runId, step),
    );
  }
}

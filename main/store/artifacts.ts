import type { Database } from 'better-sqlite3';
import { write } from './write.ts';

/** A checkpoint file of a run. */
export interface ArtifactRow {
  /** Relative to the store's folder, with forward slashes. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly step: number;
  readonly epoch: number;
  readonly createdAt: string;
}

export class Artifacts {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  /** Checkpoints of a run, newest first. */
  checkpoints(runId: string): ArtifactRow[] {
    return this.db
      .prepare<[string], ArtifactRow>(
        `SELECT path, sha256, bytes, step, epoch, created_at AS createdAt FROM artifacts
         WHERE run_id = ? AND kind = 'checkpoint' ORDER BY step DESC`,
      )
      .all(runId);
  }

  saveCheckpoint(runId: string, artifact: ArtifactRow): void {
    write(this.db, () =>
      this.db
        .prepare(
          `INSERT OR REPLACE INTO artifacts (run_id, path, kind, sha256, bytes, step, epoch, created_at)
           VALUES (@runId, @path, 'checkpoint', @sha256, @bytes, @step, @epoch, @createdAt)`,
        )
        .run({ runId, ...artifact }),
    );
  }

  delete(runId: string, path: string): void {
    write(this.db, () =>
      this.db.prepare('DELETE FROM artifacts WHERE run_id = ? AND path = ?').run(runId, path),
    );
  }
}

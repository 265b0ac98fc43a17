import type { Database } from 'better-sqlite3';
import { write } from './write.ts';

export interface RevisionRow {
  readonly revision: number;
  readonly createdAt: string;
  readonly nodes: number;
}

export interface Revision extends RevisionRow {
  /** Text of the model document. */
  readonly document: string;
}

const COLUMNS = 'revision, created_at AS createdAt, nodes';

export class Revisions {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  /** Newest first. */
  list(projectId: string): RevisionRow[] {
    return this.db
      .prepare<[string], RevisionRow>(
        `SELECT ${COLUMNS} FROM revisions WHERE project_id = ? ORDER BY revision DESC`,
      )
      .all(projectId);
  }

  find(projectId: string, revision: number): Revision | undefined {
    return this.db
      .prepare<[string, number], Revision>(
        `SELECT ${COLUMNS}, document FROM revisions WHERE project_id = ? AND revision = ?`,
      )
      .get(projectId, revision);
  }

  newest(projectId: string): Revision | undefined {
    return this.db
      .prepare<[string], Revision>(
        `SELECT ${COLUMNS}, document FROM revisions WHERE project_id = ? ORDER BY revision DESC LIMIT 1`,
      )
      .get(projectId);
  }

  insert(projectId: string, revision: Revision): void {
    write(this.db, () =>
      this.db
        .prepare(
          `INSERT INTO revisions (project_id, revision, created_at, nodes, document)
           VALUES (@projectId, @revision, @createdAt, @nodes, @document)`,
        )
        .run({ projectId, ...revision }),
    );
  }
}

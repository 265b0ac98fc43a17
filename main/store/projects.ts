import type { Database } from 'better-sqlite3';
import { write } from './write.ts';

export interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly origin: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A project with what its newest revision and its runs say about it. */
export interface ProjectOverview extends ProjectRow {
  readonly revision: number;
  readonly nodes: number;
  readonly runs: number;
}

const OVERVIEW = `
  SELECT p.id, p.name, p.origin, p.created_at AS createdAt, p.updated_at AS updatedAt, r.revision, r.nodes,
    (SELECT count(*) FROM runs WHERE runs.project_id = p.id) AS runs
  FROM projects p JOIN revisions r ON r.project_id = p.id
    AND r.revision = (SELECT max(revision) FROM revisions WHERE project_id = p.id)`;

export class Projects {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  list(): ProjectOverview[] {
    return this.db.prepare<[], ProjectOverview>(`${OVERVIEW} ORDER BY p.updated_at DESC, p.id`).all();
  }

  find(id: string): ProjectOverview | undefined {
    return this.db.prepare<[string], ProjectOverview>(`${OVERVIEW} WHERE p.id = ?`).get(id);
  }

  findByOrigin(origin: string): ProjectOverview | undefined {
    return this.db.prepare<[string], ProjectOverview>(`${OVERVIEW} WHERE p.origin = ?`).get(origin);
  }

  insert(project: ProjectRow): void {
    write(this.db, () =>
      this.db
        .prepare(
          `INSERT INTO projects (id, name, origin, created_at, updated_at)
           VALUES (@id, @name, @origin, @createdAt, @updatedAt)`,
        )
        .run(project),
    );
  }

  touch(id: string, name: string, updatedAt: string): void {
    write(this.db, () =>
      this.db.prepare('UPDATE projects SET name = ?, updated_at = ? WHERE id = ?').run(name, updatedAt, id),
    );
  }

  /** Its revisions, runs, metrics and artifact records go with it. */
  delete(id: string): void {
    write(this.db, () => this.db.prepare('DELETE FROM projects WHERE id = ?').run(id));
  }
}

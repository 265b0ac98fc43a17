import type { Database } from 'better-sqlite3';
import type { DatasetSchema } from '../../engine/core/dataset.ts';
import { write } from './write.ts';

export interface DatasetRow {
  readonly hash: string;
  readonly name: string;
  readonly createdAt: string;
  readonly source: string;
  /** `sample:<id>` where the snapshot is what that reference stands for. */
  readonly sample: string | null;
  readonly bytes: number;
  readonly schema: DatasetSchema;
}

interface Stored extends Omit<DatasetRow, 'schema'> {
  readonly schema: string;
}

const SELECT = 'SELECT hash, name, created_at AS createdAt, source, sample, bytes, schema FROM datasets';

export class Datasets {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  list(): DatasetRow[] {
    return this.db.prepare<[], Stored>(`${SELECT} ORDER BY created_at DESC, hash`).all().map(parse);
  }

  /** Without what is in them, which may be long. */
  hashes(): string[] {
    return this.db.prepare<[], string>('SELECT hash FROM datasets').pluck().all();
  }

  /** By hash or `sample:<id>`. */
  find(reference: string): DatasetRow | undefined {
    const row = this.db
      .prepare<[string, string], Stored>(`${SELECT} WHERE hash = ? OR sample = ?`)
      .get(reference, reference);
    return row && parse(row);
  }

  /** Importing the same rows again gives the same hash: the record that is there stays, with its newest name. */
  save(dataset: DatasetRow): void {
    write(this.db, () =>
      this.db
        .prepare(
          `INSERT INTO datasets (hash, name, created_at, source, sample, bytes, schema)
           VALUES (@hash, @name, @createdAt, @source, @sample, @bytes, @schema)
           ON CONFLICT (hash) DO UPDATE SET name = excluded.name, sample = coalesce(excluded.sample, sample)`,
        )
        .run({ ...dataset, schema: JSON.stringify(dataset.schema) }),
    );
  }

  rename(hash: string, name: string): void {
    write(this.db, () => this.db.prepare('UPDATE datasets SET name = ? WHERE hash = ?').run(name, hash));
  }

  delete(hash: string): void {
    write(this.db, () => this.db.prepare('DELETE FROM datasets WHERE hash = ?').run(hash));
  }
}

function parse(row: Stored): DatasetRow {
  // The snapshot is immutable and keeps the name that it was imported under.
  return { ...row, schema: { ...(JSON.parse(row.schema) as DatasetSchema), name: row.name } };
}

import type { Database } from 'better-sqlite3';
import { write } from './write.ts';

export class Settings {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  all(): Record<string, unknown> {
    const rows = this.db.prepare<[], { key: string; value: string }>('SELECT key, value FROM settings').all();
    return Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]));
  }

  set(key: string, value: unknown): void {
    write(this.db, () =>
      this.db
        .prepare('INSERT INTO settings VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
        .run(key, JSON.stringify(value)),
    );
  }
}

import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Artifacts } from './artifacts.ts';
import { Datasets } from './datasets.ts';
import { Metrics } from './metrics.ts';
import { migrate } from './migrate.ts';
import { Projects } from './projects.ts';
import { Revisions } from './revisions.ts';
import { Runs } from './runs.ts';
import { Settings } from './settings.ts';
import { storeError, write } from './write.ts';

/** Everything that Strata keeps, in one SQLite file. */
export interface Store {
  readonly db: Database.Database;
  readonly projects: Projects;
  readonly revisions: Revisions;
  readonly datasets: Datasets;
  readonly runs: Runs;
  readonly metrics: Metrics;
  readonly artifacts: Artifacts;
  readonly settings: Settings;
  /** One transaction over several tables. */
  write<T>(action: () => T): T;
  close(): void;
}

/**
 * Opens the store in folder `home`, which is made where it is missing.
 * Throws `STORE_NEWER`, `STORE_UNAVAILABLE` or `DISK_FULL`.
 */
export function openStore(home: string): Store {
  const file = join(home, 'strata.sqlite');
  try {
    mkdirSync(home, { recursive: true });
    return storeOf(openDatabase(file));
  } catch (error) {
    throw storeError(error, file);
  }
}

function openDatabase(file: string): Database.Database {
  const db = new Database(file, { timeout: 5000 });
  try {
    db.pragma('journal_mode = WAL');
    // A power cut may then lose the last commits' metrics, but never what was there: WAL keeps the file sound.
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    migrate(db);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

function storeOf(db: Database.Database): Store {
  return {
    db,
    projects: new Projects(db),
    revisions: new Revisions(db),
    datasets: new Datasets(db),
    runs: new Runs(db),
    metrics: new Metrics(db),
    artifacts: new Artifacts(db),
    settings: new Settings(db),
    write: (action) => write(db, action),
    close: () => db.close(),
  };
}

import type { Database } from 'better-sqlite3';
import { StrataError } from '../../engine/core/errors.ts';
import initial from './migrations/001-initial.ts';
import initialWeights from './migrations/002-initial-weights.ts';

/** Entry i brings a store from version i to i + 1. A released migration is never changed. */
export const MIGRATIONS: readonly string[] = [initial, initialWeights];

/**
 * Brings the store to the newest version, all or nothing. Throws `STORE_NEWER` where a newer Strata has written it.
 */
export function migrate(db: Database, migrations: readonly string[] = MIGRATIONS): void {
  db.transaction(() => {
    const version = db.pragma('user_version', { simple: true }) as number;
    if (version > migrations.length) throw newer(db.name, version, migrations.length);
    for (const step of migrations.slice(version)) db.exec(step);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}

function newer(file: string, got: number, expected: number): StrataError {
  return new StrataError({
    code: 'STORE_NEWER',
    message: 'Your projects were last opened with a newer version of Strata.',
    where: file,
    got: `store version ${got}`,
    expected: `store version ${expected} or older`,
    fix: 'Update Strata, or set STRATA_HOME to another folder.',
  });
}

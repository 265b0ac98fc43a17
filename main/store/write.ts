import type { Database } from 'better-sqlite3';
import { StrataError } from '../../engine/core/errors.ts';

/**
 * Runs `action` in one transaction: all of it is stored or nothing is. Throws `DISK_FULL` or `STORE_UNAVAILABLE` where
 * SQLite cannot write.
 */
export function write<T>(db: Database, action: () => T): T {
  try {
    return db.transaction(action).immediate();
  } catch (error) {
    throw storeError(error, db.name);
  }
}

/** Of SQLite, and of a folder that cannot be made. */
const UNAVAILABLE =
  /^(SQLITE_(IOERR|BUSY|READONLY|CANTOPEN|CORRUPT|NOTADB)|E(ACCES|PERM|ROFS|NOENT|EXIST|NOTDIR))/;

/** What SQLite's error means to a person; any other error as it is. */
export function storeError(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'SQLITE_FULL') {
    return new StrataError(
      {
        code: 'DISK_FULL',
        message: 'There is no space left on the disk. What was stored before is safe.',
        where: file,
        fix: 'Free some disk space and try again.',
      },
      { cause: error },
    );
  }
  if (!UNAVAILABLE.test(code)) return error;
  return new StrataError(
    {
      code: 'STORE_UNAVAILABLE',
      message: 'The file that holds your projects cannot be read or written.',
      where: file,
      got: `${(error as Error).message} (${code})`,
      fix: 'Check that the disk is connected, has space and may be written to, then try again.',
    },
    { cause: error },
  );
}

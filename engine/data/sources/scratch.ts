import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StrataError, type Problem } from '../../core/errors.ts';

/** Folders older than this were left by a crash, whatever has their process number now: no job takes a day. */
const STALE_MS = 24 * 60 * 60 * 1000;

/** Begins the names of folders beside the snapshots that hold one half made, or half deleted; the number of a process follows. */
export const HALF_MADE = '.importing-';

/**
 * Runs a job with a folder of its own below `parent`, which is removed however the job ends. What a process that was killed has
 * left there is removed by the next job. Throws `DISK_FULL` or `FOLDER_UNWRITABLE`.
 */
export async function withScratch<T>(
  use: (folder: string) => Promise<T>,
  parent: string = tmpdir(),
  prefix = 'strata-unpacked-',
): Promise<T> {
  const folder = await makeFolder(parent, prefix);
  try {
    return await use(folder);
  } catch (error) {
    throw isFull(error) ? diskFull(parent, error) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeFolder(parent: string, prefix: string): Promise<string> {
  try {
    await mkdir(parent, { recursive: true });
    await removeAbandoned(parent, prefix);
    return await mkdtemp(join(parent, `${prefix}${process.pid}-`));
  } catch (error) {
    throw isFull(error) ? diskFull(parent, error) : unwritable(parent, error);
  }
}

/** Removes folders that begin with `prefix` and belong to processes that are gone. */
export async function removeAbandoned(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parent, name);
    const owner = Number.parseInt(name.slice(prefix.length), 10);
    if (isRunning(owner) && !(await isStale(path))) continue;
    // In a folder that people share, it may be somebody else's.
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It runs, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');

function diskFull(where: string, cause: unknown): StrataError {
  const problem: Problem = {
    code: 'DISK_FULL',
    message: 'The disk is full. Nothing was kept.',
    where,
    fix: 'Free some space, or move the Strata folder with STRATA_HOME, and import again.',
  };
  return new StrataError(problem, { cause });
}

function unwritable(where: string, cause: unknown): StrataError {
  const problem: Problem = {
    code: 'FOLDER_UNWRITABLE',
    message: 'Strata may not write to this folder.',
    where,
    got: (cause as Error).message,
    fix: 'Change its permissions, or name another Strata folder with STRATA_HOME.',
  };
  return new StrataError(problem, { cause });
}

const isStale = (path: string): Promise<boolean> =>
  stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > STALE_MS,
    () => false,
  );

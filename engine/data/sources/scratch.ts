import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StrataError, type Problem } from '../../core/errors.ts';

/** Folders older than this were left by a crash, whatever has their process number now: no job takes a day. */
const STALE_MS = 24 * 60 * 60 * 1000;

/**
 * Runs a job with a folder of its own below `parent`, which is removed however the job ends. What a process that was killed has
 * left there is removed by the next job. Throws `DISK_FULL`.
 */
export async function withScratch<T>(
  use: (folder: string) => Promise<T>,
  parent: string = tmpdir(),
  prefix = 'strata-unpacked-',
): Promise<T> {
  await removeAbandoned(parent, prefix);
  const folder = await mkdtemp(join(parent, `${prefix}${process.pid}-`));
  try {
    return await use(folder);
  } catch (error) {
    throw scratchError(error, parent);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes folders that begin with `prefix` and belong to processes that are gone. */
export async function removeAbandoned(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parent, name);
    const owner = Number.parseInt(name.slice(prefix.length), 10);
    if (!isRunning(owner) || (await isStale(path))) await rm(path, { recursive: true, force: true });
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

function scratchError(error: unknown, where: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  const problem: Problem = {
    code: 'DISK_FULL',
    message: 'The disk is full. Nothing was kept.',
    where,
    fix: 'Free some space, or move the Strata folder with STRATA_HOME, and import again.',
  };
  return new StrataError(problem, { cause: error });
}

const isStale = (path: string): Promise<boolean> =>
  stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > STALE_MS,
    () => false,
  );

import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StrataError } from '../core/errors.ts';
import type { CheckpointStore } from '../train/checkpoints.ts';

/** Checkpoints of a run that stay on disk; the older ones are removed. */
const KEPT = 2;
const NAME = /^step-(\d+)\.safetensors$/;

/**
 * Checkpoint files in a folder. Each is written beside its place, flushed to the disk and then renamed into it, and
 * the folder is flushed too, so that a crash at any moment leaves the file whole or absent.
 */
export function checkpointFiles(folder: string): CheckpointStore {
  return {
    async write(step, file) {
      const path = join(folder, `step-${step}.safetensors`);
      try {
        await mkdir(folder, { recursive: true });
        await writeDurably(path, file);
        await removeOld(folder, step);
      } catch (error) {
        throw writeError(path, error);
      }
      return { path, sha256: createHash('sha256').update(file).digest('hex') };
    },
    read: readCheckpointFile,
  };
}

/** Throws `CHECKPOINT_MISSING`. */
export async function readCheckpointFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw readError(path, error);
  }
}

/** Puts a file in place, whole or not at all, whatever happens meanwhile. */
export async function writeDurably(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${path}.part`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(join(path, '..'));
}

/** Makes a rename durable. Windows cannot open folders, and its file system does not need it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Keeps the newest checkpoints up to `step`; those of later steps belong to a continuation that was given up. */
async function removeOld(folder: string, step: number): Promise<void> {
  const steps = (await readdir(folder))
    .map((name) => Number(NAME.exec(name)?.[1] ?? NaN))
    .filter(Number.isFinite);
  const kept = new Set(
    steps
      .filter((other) => other <= step)
      .sort((a, b) => b - a)
      .slice(0, KEPT),
  );
  const old = steps.filter((other) => !kept.has(other));
  await Promise.all(old.map((other) => rm(join(folder, `step-${other}.safetensors`), { force: true })));
}

function writeError(path: string, cause: unknown): StrataError {
  const full = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC';
  return new StrataError(
    {
      code: full ? 'DISK_FULL' : 'CHECKPOINT_WRITE',
      message: full ? 'There is no space left for the checkpoint.' : 'The checkpoint could not be written.',
      where: path,
      got: cause instanceof Error ? cause.message : String(cause),
      fix: full
        ? 'Free some disk space, then go on from the last checkpoint.'
        : 'Check that the folder can be written to, then go on from the last checkpoint.',
    },
    { cause },
  );
}

function readError(path: string, cause: unknown): StrataError {
  return new StrataError(
    {
      code: 'CHECKPOINT_MISSING',
      message: 'The checkpoint could not be read.',
      where: path,
      got: cause instanceof Error ? cause.message : String(cause),
      fix: 'Go on from an earlier checkpoint, or start the run again.',
    },
    { cause },
  );
}

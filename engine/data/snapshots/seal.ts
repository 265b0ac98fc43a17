import { createHash } from 'node:crypto';
import { copyFile, link, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetSchema } from '../../core/dataset.ts';
import { check } from '../context.ts';
import { openSnapshot, SCHEMA_FILE, shardFiles } from './snapshot.ts';

/** The last steps of a snapshot that is being made: its files are written, hashed and put in place. */

/** Writes a new file, and waits until the disk has it. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Waits until the disk has every shard. Throws `CANCELLED`. */
export async function syncShards(folder: string, schema: DatasetSchema, signal: AbortSignal): Promise<void> {
  for (const { path } of shardFiles(schema)) {
    check(signal);
    // Windows writes out what is open for writing only.
    const file = await open(join(folder, path), 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** One file under two names, which no snapshot ever changes; a copy where the disk has no such links. */
export async function share(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to);
  }
}

/** SHA-256 over schema.json and every shard, in order. Throws `CANCELLED`. */
export async function hashSnapshot(
  folder: string,
  schema: DatasetSchema,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(1 << 20);
  for (const path of snapshotFiles(schema)) {
    const file = await open(join(folder, path), 'r');
    try {
      for (;;) {
        check(signal);
        const { bytesRead } = await file.read(buffer, 0, buffer.length);
        if (bytesRead === 0) break;
        hash.update(buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  }
  return hash.digest('hex');
}

const snapshotFiles = (schema: DatasetSchema): string[] => [
  SCHEMA_FILE,
  ...shardFiles(schema).map(({ path }) => path),
];

/** Bytes of the schema and the shards. */
export async function bytesOf(folder: string, schema: DatasetSchema): Promise<number> {
  const facts = await Promise.all(snapshotFiles(schema).map((path) => stat(join(folder, path))));
  return facts.reduce((sum, { size }) => sum + size, 0);
}

/** Puts the finished snapshot in place. One with the same hash has the same content, so the new one is let go where the other is whole. */
export async function adopt(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'EPERM') throw error;
    if (await isWhole(to)) return;
    await rm(to, { recursive: true, force: true });
    await rename(from, to);
  }
}

const isWhole = (folder: string): Promise<boolean> =>
  openSnapshot(folder).then(
    (snapshot) => snapshot.close().then(() => true),
    () => false,
  );

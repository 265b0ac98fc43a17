import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SPLITS, type DatasetSchema } from '../core/dataset.ts';
import { check } from './context.ts';
import { SCHEMA_FILE, shardFile } from './snapshot.ts';

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

/** SHA-256 over schema.json and every shard, in order. Throws `CANCELLED`. */
export async function hashSnapshot(
  folder: string,
  schema: DatasetSchema,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  for (const path of snapshotFiles(schema)) {
    for await (const chunk of createReadStream(join(folder, path), { highWaterMark: 1 << 20 })) {
      check(signal);
      hash.update(chunk as Buffer);
    }
  }
  return hash.digest('hex');
}

function snapshotFiles(schema: DatasetSchema): string[] {
  return [
    SCHEMA_FILE,
    ...schema.columns.flatMap((_, number) => SPLITS.map((split) => shardFile(split, number))),
  ];
}

/** Bytes of the schema and the shards. */
export async function bytesOf(folder: string, schema: DatasetSchema): Promise<number> {
  const facts = await Promise.all(snapshotFiles(schema).map((path) => stat(join(folder, path))));
  return facts.reduce((sum, { size }) => sum + size, 0);
}

/** Puts the finished snapshot in place. One with the same hash has the same content, so the new one is let go. */
export async function adopt(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'EPERM') throw error;
  }
}

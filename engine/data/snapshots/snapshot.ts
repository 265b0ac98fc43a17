import { open, readFile, stat, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Column, DatasetSchema, Split } from '../../core/dataset.ts';
import { allocate, BYTES, type TypedArray } from '../../core/dtype.ts';
import { StrataError } from '../../core/errors.ts';
import { size } from '../../core/shape.ts';

/**
 * An immutable imported data set on disk:
 *
 * ```
 * <hash>/schema.json               DatasetSchema
 * <hash>/import.json               where it came from and how it was read
 * <hash>/<split>/<n>.bin           column n of the schema: raw little-endian values, row-major
 * ```
 *
 * The hash is SHA-256 over schema.json and every shard, in order; it names the folder, and the data set in runs.
 */
export interface Snapshot {
  readonly folder: string;
  readonly hash: string;
  readonly schema: DatasetSchema;
  /** Rows `[start, start + count)` of one column, as stored. Fewer at the end of the split. */
  read(split: Split, column: string, start: number, count: number): Promise<TypedArray>;
  close(): Promise<void>;
}

export const SCHEMA_FILE = 'schema.json';
export const IMPORT_FILE = 'import.json';

export function shardFile(split: Split, column: number): string {
  return join(split, `${column}.bin`);
}

/** Bytes of one stored row of a column. */
export function rowBytes({ dtype, shape }: Column): number {
  return size(shape) * BYTES[dtype];
}

/** Throws `SNAPSHOT_MISSING` or `SNAPSHOT_DAMAGED`. */
export async function openSnapshot(folder: string): Promise<Snapshot> {
  const schema = await readSchema(folder);
  await checkShards(folder, schema);
  const files = new Map<string, Promise<FileHandle>>();
  return {
    folder,
    hash: basename(folder),
    schema,
    async read(split, name, start, count) {
      const number = schema.columns.findIndex((column) => column.name === name);
      const column = schema.columns[number];
      const path = join(folder, shardFile(split, number));
      if (!files.has(path)) files.set(path, open(path, 'r'));
      const file = await files.get(path)!;
      const rows = Math.max(0, Math.min(count, schema.rows[split] - start));
      const values = allocate(column.dtype, rows * size(column.shape));
      const bytes = new Uint8Array(values.buffer);
      for (let done = 0; done < bytes.length;) {
        const position = start * rowBytes(column) + done;
        const { bytesRead } = await file.read(bytes, done, bytes.length - done, position);
        if (bytesRead === 0)
          throw damaged(path, `${position} bytes`, `${start * rowBytes(column) + bytes.length} bytes`);
        done += bytesRead;
      }
      return values;
    },
    async close() {
      for (const file of files.values()) await (await file).close();
      files.clear();
    },
  };
}

async function readSchema(folder: string): Promise<DatasetSchema> {
  const path = join(folder, SCHEMA_FILE);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as DatasetSchema;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT')
      throw damaged(path, (cause as Error).message, 'a schema');
    throw new StrataError(
      {
        code: 'SNAPSHOT_MISSING',
        message: 'The data of this data set are no longer on disk.',
        where: folder,
        fix: 'Import the data again.',
      },
      { cause },
    );
  }
}

async function checkShards(folder: string, schema: DatasetSchema): Promise<void> {
  for (const [number, column] of schema.columns.entries()) {
    for (const [split, rows] of Object.entries(schema.rows) as [Split, number][]) {
      const path = join(folder, shardFile(split, number));
      const expected = rows * rowBytes(column);
      const got = await stat(path).then(
        ({ size: bytes }) => bytes,
        () => -1,
      );
      if (got !== expected) throw damaged(path, got < 0 ? 'no file' : `${got} bytes`, `${expected} bytes`);
    }
  }
}

function damaged(where: string, got: string, expected: string): StrataError {
  return new StrataError({
    code: 'SNAPSHOT_DAMAGED',
    message: 'The stored data set is damaged.',
    where,
    got,
    expected,
    fix: 'Delete the data set and import it again.',
  });
}

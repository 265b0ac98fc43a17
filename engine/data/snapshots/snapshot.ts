import { open, readFile, stat, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SPLITS, type Column, type DatasetSchema, type Split } from '../../core/dataset.ts';
import { allocate, BYTES, type TypedArray } from '../../core/dtype.ts';
import { StrataError } from '../../core/errors.ts';
import { size } from '../../core/shape.ts';
import { maskBytes, maskFile, unpackMask } from './missing-mask.ts';

/**
 * An immutable imported data set on disk:
 *
 * ```
 * <hash>/schema.json               DatasetSchema
 * <hash>/import.json               where it came from and how it was read
 * <hash>/<split>/<n>.bin           column n of the schema: raw little-endian values, row-major
 * <hash>/<split>/<n>.missing.bin   which of them were missing and are filled in, where some were
 * ```
 *
 * The hash is SHA-256 over schema.json and every other file of the columns, in order; it names the folder, and the data set in runs.
 */
export interface Snapshot {
  readonly folder: string;
  readonly hash: string;
  readonly schema: DatasetSchema;
  /** Rows `[start, start + count)` of one column, as stored: in `room`, if that is large enough. Fewer at the end of the split. */
  read(split: Split, column: string, start: number, count: number, room?: ArrayBuffer): Promise<TypedArray>;
  /** For each of these rows 1 where the value was missing and is filled in. No row is where that was not kept. */
  readMissing(split: Split, column: string, start: number, count: number): Promise<Uint8Array>;
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

/** A file that holds something of one column in one part. */
export interface ShardFile {
  readonly split: Split;
  /** In the snapshot's folder. */
  readonly path: string;
  readonly bytes: number;
}

/** Every file of the columns, in the order in which they are hashed. */
export function shardFiles({ columns, rows }: Pick<DatasetSchema, 'columns' | 'rows'>): ShardFile[] {
  return columns.flatMap((column, number) =>
    SPLITS.flatMap((split) => {
      const values = { split, path: shardFile(split, number), bytes: rows[split] * rowBytes(column) };
      if (!column.missingMask) return [values];
      return [values, { split, path: maskFile(split, number), bytes: maskBytes(rows[split]) }];
    }),
  );
}

/** Throws `SNAPSHOT_MISSING` or `SNAPSHOT_DAMAGED`. */
export async function openSnapshot(folder: string): Promise<Snapshot> {
  const schema = await readSchema(folder);
  await checkShards(folder, schema);
  const files = new ShardReader(folder);
  const numberOf = (name: string): number => schema.columns.findIndex((column) => column.name === name);
  const rowsFrom = (split: Split, start: number, count: number): number =>
    Math.max(0, Math.min(count, schema.rows[split] - start));
  return {
    folder,
    hash: basename(folder),
    schema,
    async read(split, name, start, count, room) {
      const number = numberOf(name);
      const column = schema.columns[number];
      const values = allocate(column.dtype, rowsFrom(split, start, count) * size(column.shape), room);
      const bytes = new Uint8Array(values.buffer, 0, values.byteLength);
      await files.fill(bytes, shardFile(split, number), start * rowBytes(column));
      return values;
    },
    async readMissing(split, name, start, count) {
      const number = numberOf(name);
      const rows = rowsFrom(split, start, count);
      if (!schema.columns[number].missingMask) return new Uint8Array(rows);
      const first = start & 7;
      const bytes = new Uint8Array(maskBytes(first + rows));
      await files.fill(bytes, maskFile(split, number), start >> 3);
      return unpackMask(bytes, first, rows);
    },
    close: () => files.close(),
  };
}

/** Files that stay open: systems allow a thousand or a few. */
const MOST_OPEN = 256;

interface OpenFile {
  readonly file: Promise<FileHandle>;
  /** Reads that go on. */
  uses: number;
}

/** Reads files of a snapshot; those that were read last stay open. */
class ShardReader {
  private readonly folder: string;
  private readonly files = new Map<string, OpenFile>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Throws `SNAPSHOT_DAMAGED` where the file ends before the bytes are full. */
  async fill(bytes: Uint8Array, name: string, start: number): Promise<void> {
    const path = join(this.folder, name);
    const opened = this.opened(path);
    opened.uses++;
    try {
      const file = await opened.file;
      for (let done = 0; done < bytes.length;) {
        const position = start + done;
        const { bytesRead } = await file.read(bytes, done, bytes.length - done, position);
        if (bytesRead === 0) throw damaged(path, `${position} bytes`, `${start + bytes.length} bytes`);
        done += bytesRead;
      }
    } finally {
      opened.uses--;
    }
    await this.closeUnused();
  }

  async close(): Promise<void> {
    for (const { file } of this.files.values()) await (await file).close();
    this.files.clear();
  }

  /** The file, which is now the last one that was used. */
  private opened(path: string): OpenFile {
    const opened = this.files.get(path) ?? { file: open(path, 'r'), uses: 0 };
    this.files.delete(path);
    this.files.set(path, opened);
    return opened;
  }

  private async closeUnused(): Promise<void> {
    for (const [path, { file, uses }] of this.files) {
      if (this.files.size <= MOST_OPEN) return;
      if (uses > 0) continue;
      this.files.delete(path);
      await (await file).close();
    }
  }
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
  for (const { path, bytes: expected } of shardFiles(schema)) {
    const got = await stat(join(folder, path)).then(
      ({ size: bytes }) => bytes,
      () => -1,
    );
    if (got === expected) continue;
    throw damaged(join(folder, path), got < 0 ? 'no file' : `${got} bytes`, `${expected} bytes`);
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

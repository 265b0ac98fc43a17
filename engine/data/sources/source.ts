import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PassThrough, pipeline, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline as piped } from 'node:stream/promises';
import { createGunzip, constants as zlib } from 'node:zlib';
import { StrataError } from '../../core/errors.ts';
import { check, UNWATCHED, type ImportContext } from '../context.ts';
import { paced } from '../pace.ts';
import { limited } from './unpacking.ts';

/** Bytes of a file's beginning that recognition and previews may look at. */
export const HEAD_BYTES = 256 * 1024;
/** Of a text with long lines, as tables of many columns have, it is so many lines, within limits. */
const HEAD_LINES = 10;
const LONGEST_HEAD = 16 * 1024 * 1024;

/** A file or folder that somebody wants to import. Gzip is looked through. */
export interface Source {
  /** Where it lies, for people: `archive.zip: folder/file.csv` for a file of an archive. */
  readonly path: string;
  readonly name: string;
  readonly folder: boolean;
  /** Size on disk, or in its archive; 0 for a folder. */
  readonly bytes: number;
  readonly gzip: boolean;
  /** First bytes of the content, unpacked; empty for a folder. */
  readonly head: Buffer;
  /** A folder for what must be unpacked to be read. */
  readonly scratch: string;
  /** Is told of reading that takes a while before there are rows, and ends it. */
  readonly job: ImportContext;
  /** Reads a file of an archive from its beginning. */
  readonly open?: () => Promise<Readable>;
}

/** What reading takes, without the functions: it can be handed to a thread where it is a file of its own. */
export type Content = Omit<Source, 'job'>;

/** A file of an archive. */
export type Member = Required<Pick<Source, 'bytes' | 'open'>>;

export async function memberSource(archive: Source, path: string, member: Member): Promise<Source> {
  const raw = await beginningOf(await member.open());
  return withLines({
    path: `${archive.path}: ${path}`,
    name: basename(path),
    folder: false,
    ...(await looked(raw, `${archive.path}: ${path}`)),
    ...member,
    scratch: archive.scratch,
    job: archive.job,
  });
}

/** Throws `SOURCE_MISSING` or `SOURCE_UNREADABLE`. */
export async function openSource(path: string, scratch: string, job = UNWATCHED): Promise<Source> {
  try {
    const facts = await stat(path);
    const shared = { path, name: basename(path), folder: facts.isDirectory(), scratch, job };
    if (shared.folder) {
      await access(path, constants.R_OK | constants.X_OK);
      return { ...shared, bytes: 0, gzip: false, head: Buffer.alloc(0) };
    }
    if (!facts.isFile()) throw noFile(path);
    return await withLines({ ...shared, bytes: facts.size, ...(await looked(await readHead(path), path)) });
  } catch (error) {
    throw sourceError(path, error);
  }
}

/** The same with a longer head, where it is a text of which the head shows but a few lines. */
async function withLines(source: Source): Promise<Source> {
  const { head } = source;
  const lists = head[0] === 0x5b || head[0] === 0x7b;
  if (head.length < HEAD_BYTES || lists || head.includes(0) || lineEnds(head) >= HEAD_LINES) return source;
  return { ...source, head: await beginningOf(contentOf(source).stream, LONGEST_HEAD, HEAD_LINES) };
}

function lineEnds(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === 10 || byte === 13) count++;
  return count;
}

/** The beginning of a file, unpacked where it is packed. Throws `SOURCE_TRUNCATED`. */
async function looked(raw: Buffer, path: string): Promise<Pick<Source, 'gzip' | 'head'>> {
  const gzip = raw[0] === 0x1f && raw[1] === 0x8b;
  const head = gzip ? await unpackedHead(raw, path) : raw;
  return { gzip, head: head.subarray(0, HEAD_BYTES) };
}

async function unpackedHead(raw: Buffer, path: string): Promise<Buffer> {
  // What there is of a cut file is unpacked as well.
  const gunzip = createGunzip({ finishFlush: zlib.Z_SYNC_FLUSH });
  gunzip.end(raw);
  try {
    return await beginningOf(gunzip);
  } catch (error) {
    throw truncated(path, error);
  }
}

/** As much as recognition looks at: of zeros, a few packed bytes may unpack to a thousand times as many. */
async function beginningOf(stream: Readable, mostBytes = HEAD_BYTES, mostLines = Infinity): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let [length, lines] = [0, 0];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (mostLines < Infinity) lines += lineEnds(chunk);
    if (length >= mostBytes || lines >= mostLines) break;
  }
  return Buffer.concat(chunks);
}

const CHUNK_BYTES = 1 << 18;

/** The content from its beginning, unpacked, and how many bytes of the file have been read so far. Throws `ARCHIVE_BOMB` on the way. */
export function contentOf(source: Content): { readonly stream: Readable; readonly read: () => number } {
  const { file, read } = source.open ? readMember(source.open, source.path) : readFile(source.path);
  if (source.gzip) return { stream: Readable.from(unpacked(file, source), { objectMode: false }), read };
  // pipeline hands an error of any part on to the last one, whose reader sees it.
  return { stream: pipeline(file, new PassThrough(), () => {}), read };
}

async function* unpacked(file: Readable, source: Content): AsyncIterable<Buffer> {
  try {
    yield* limited(
      pipeline(file, createGunzip(), () => {}),
      source,
    );
  } catch (error) {
    throw truncated(source.path, error);
  }
}

/**
 * The same content piece by piece, for readers to whom every copy counts: a piece may be used until the next one is asked for. The next one
 * is read meanwhile.
 */
export function piecesOf(source: Content): {
  readonly pieces: AsyncIterable<Buffer>;
  readonly read: () => number;
} {
  if (source.open || source.gzip) {
    const { stream, read } = contentOf(source);
    return { pieces: stream, read };
  }
  let bytes = 0;
  async function* pieces(): AsyncIterable<Buffer> {
    const file = await open(source.path, 'r');
    const next = (buffer: Buffer) => file.read(buffer, 0, CHUNK_BYTES, null);
    let [free, used] = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)];
    let reading = next(free);
    try {
      for (;;) {
        const { bytesRead } = await reading;
        if (bytesRead === 0) return;
        bytes += bytesRead;
        [free, used] = [used, free];
        reading = next(free);
        yield used.subarray(0, bytesRead);
      }
    } finally {
      // Somebody may have seen enough.
      await reading.catch(() => {});
      await file.close();
    }
  }
  return { pieces: pieces(), read: () => bytes };
}

/** What is read of a source, where all of it is before there are rows: tells how far that is, and ends where it was cancelled. */
export async function* watched<T>(
  { bytes, job }: Source,
  stage: string,
  pieces: AsyncIterable<T>,
  read: () => number,
): AsyncIterable<T> {
  const tell = paced(job.onProgress, bytes);
  for await (const piece of pieces) {
    check(job.signal);
    tell({ stage, done: read(), total: bytes });
    yield piece;
  }
}

function readFile(path: string) {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  return { file, read: () => file.bytesRead };
}

function readMember(openMember: () => Promise<Readable>, path: string) {
  let bytes = 0;
  async function* chunks(): AsyncIterable<Buffer> {
    try {
      for await (const chunk of (await openMember()) as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw truncated(path, error);
    }
  }
  return { file: Readable.from(chunks(), { objectMode: false }), read: () => bytes };
}

/** A whole file in memory, unpacked. For formats whose libraries need it so. */
export function contentBytes(source: Source): Promise<Buffer> {
  return buffer(contentOf(source).stream);
}

const files = new WeakMap<Source, Promise<string>>();

/** Path of a file with the content, for random access: the file itself, or one that it is unpacked to once. Throws `ARCHIVE_BOMB`. */
export function fileOf(source: Source): Promise<string> {
  if (!source.open && !source.gzip) return Promise.resolve(source.path);
  let file = files.get(source);
  if (!file) files.set(source, (file = unpack(source)));
  return file;
}

async function unpack(source: Source): Promise<string> {
  const path = join(source.scratch, randomUUID());
  const { pieces, read } = piecesOf(source);
  await piped(watched(source, 'Unpacking', pieces, read), createWriteStream(path));
  return path;
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(buffer, 0, HEAD_BYTES, 0);
    // A copy, which takes no more room than it needs.
    return Buffer.from(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** What is wrong with a path, in words. */
export function sourceError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') {
    return new StrataError({
      code: 'SOURCE_MISSING',
      message: 'There is no such file or folder.',
      where: path,
      fix: 'Check the path, or choose the file again.',
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new StrataError({
      code: 'SOURCE_UNREADABLE',
      message: 'Strata may not read this file or folder.',
      where: path,
      fix: 'Change its permissions, or copy it to a folder of your own.',
    });
  }
  return error;
}

function noFile(where: string): StrataError {
  return new StrataError({
    code: 'SOURCE_NO_FILE',
    message: 'This is a pipe or a device, which cannot be read twice.',
    where,
    expected: 'a file or a folder',
    fix: 'Write what comes out of it to a file, and import that.',
  });
}

function truncated(where: string, error: unknown): unknown {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  // What is read from an archive has no code; what disks and we ourselves say has another.
  if (code !== undefined && !code.startsWith('Z_')) return error;
  return new StrataError({
    code: 'SOURCE_TRUNCATED',
    message: 'The compressed file ends too early or is damaged.',
    where,
    got: message,
    fix: 'Download or copy the file again.',
  });
}

import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PassThrough, pipeline, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGunzip, gunzipSync, constants } from 'node:zlib';
import { StrataError } from '../core/errors.ts';
import { naturalOrder } from '../core/natural-order.ts';

/** Bytes of a file's beginning that recognition and previews may look at. */
export const HEAD_BYTES = 256 * 1024;

/** A file or folder that somebody wants to import. Gzip is looked through. */
export interface Source {
  readonly path: string;
  readonly name: string;
  readonly folder: boolean;
  /** Size on disk; 0 for a folder. */
  readonly bytes: number;
  readonly gzip: boolean;
  /** First bytes of the content, unpacked; empty for a folder. */
  readonly head: Buffer;
  /** The whole content, where it lies inside of an archive. */
  readonly content?: Buffer;
}

/** A file of an archive that was read. Gzip is looked through here, too. */
export function memberSource(archive: Source, path: string, bytes: Buffer): Source {
  const content = isGzip(bytes) ? gunzipSync(bytes) : bytes;
  return {
    path: `${archive.path}: ${path}`,
    name: basename(path),
    folder: false,
    bytes: content.length,
    gzip: false,
    head: content.subarray(0, HEAD_BYTES),
    content,
  };
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Throws `SOURCE_MISSING` or `SOURCE_UNREADABLE`. */
export async function openSource(path: string): Promise<Source> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) {
      return { path, name: basename(path), folder: true, bytes: 0, gzip: false, head: Buffer.alloc(0) };
    }
    const raw = await readHead(path);
    const gzip = isGzip(raw);
    const head = gzip ? gunzipSync(raw, { finishFlush: constants.Z_SYNC_FLUSH }) : raw;
    return {
      path,
      name: basename(path),
      folder: false,
      bytes: facts.size,
      gzip,
      head: head.subarray(0, HEAD_BYTES),
    };
  } catch (error) {
    throw sourceError(path, error);
  }
}

const CHUNK_BYTES = 1 << 18;

function* chunksOf(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

/** The content from its beginning, unpacked, and how many bytes of the file have been read so far. */
export function contentOf(source: Source): { readonly stream: Readable; readonly read: () => number } {
  const { content } = source;
  if (content) return { stream: Readable.from(chunksOf(content)), read: () => content.length };
  const file = createReadStream(source.path, { highWaterMark: CHUNK_BYTES });
  // pipeline hands an error of any part on to the last one, whose reader sees it.
  const stream = pipeline(file, source.gzip ? createGunzip() : new PassThrough(), () => {});
  return { stream, read: () => file.bytesRead };
}

/** A whole file in memory, unpacked. For formats whose libraries need it so. */
export function contentBytes(source: Source): Promise<Buffer> {
  return buffer(contentOf(source).stream);
}

/** Every file below a folder, as paths relative to it with forward slashes, in order. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/').replace(/^\/+/, ''),
    )
    .sort(naturalOrder);
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(buffer, 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function sourceError(path: string, error: unknown): unknown {
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

import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import { StrataError } from '../../core/errors.ts';
import type { Archive, Entry } from './archive.ts';
import { fileOf, watched, type Source } from './source.ts';

/** Where the mark of a header stands, by POSIX.1-1988. */
const MARK_AT = 257;
const BLOCK_BYTES = 512;

export function isTar({ folder, head }: Source): boolean {
  return !folder && head.subarray(MARK_AT, MARK_AT + 5).toString('latin1') === 'ustar';
}

interface TarEntry extends Entry {
  /** Where its content begins in the file. */
  readonly start: number;
}

/**
 * What a tar archive holds. It has no directory, so it is read through once, and one that is packed is unpacked to a file first; then
 * each entry is found by its place. Throws `TAR_DAMAGED`, `SOURCE_TRUNCATED` or `ARCHIVE_BOMB`.
 */
export async function openTar(source: Source): Promise<Archive<TarEntry>> {
  try {
    const file = await fileOf(source);
    const entries = await entriesOf(source, file);
    return { entries, reader: async () => ({ open: async (entry) => part(file, entry), close: () => {} }) };
  } catch (error) {
    throw error instanceof StrataError || 'syscall' in (error as Error)
      ? error
      : damaged(source, error as Error);
  }
}

async function entriesOf(source: Source, file: string): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  const archive = extract();
  const content = createReadStream(file, { highWaterMark: 1 << 20 });
  const { size } = await stat(file);
  const pieces = watched(
    { ...source, bytes: size },
    'Looking through the archive',
    content,
    () => content.bytesRead,
  );
  const stream = Readable.from(pieces, { objectMode: false });
  stream.on('error', (error) => archive.destroy(error));
  try {
    for await (const entry of stream.pipe(archive)) {
      const { name, size = 0 } = entry.header;
      entries.push({
        path: name.replace(/^(\.\/)+/, ''),
        kind: kindOf(entry.header),
        bytes: size,
        start: entry.offset + BLOCK_BYTES,
      });
      entry.resume();
    }
  } finally {
    stream.destroy();
  }
  await requireEnd(file, entries.at(-1));
  return entries;
}

const KINDS: Readonly<Record<string, Entry['kind']>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  link: 'link',
  symlink: 'link',
};

/** A file with holes is stored with a list of them before its content, as GNU tar does it: in a type or in attributes of its own. */
function kindOf({ type, pax }: Header): Entry['kind'] {
  const sparse = Object.hasOwn(pax ?? {}, 'GNU.sparse.major');
  return sparse ? 'other' : (KINDS[type ?? ''] ?? 'other');
}

/** Throws an `Error` where no empty block follows the last entry: it is cut there, or inside of it. */
async function requireEnd(path: string, last: TarEntry | undefined): Promise<void> {
  const end = last ? last.start + Math.ceil(last.bytes / BLOCK_BYTES) * BLOCK_BYTES : 0;
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(BLOCK_BYTES), 0, BLOCK_BYTES, end);
    if (bytesRead < BLOCK_BYTES || buffer.some((byte) => byte !== 0)) throw new Error('It ends too early.');
  } finally {
    await file.close();
  }
}

function part(file: string, { start, bytes }: TarEntry): Readable {
  // The end of a range is part of it.
  return bytes === 0 ? Readable.from([]) : createReadStream(file, { start, end: start + bytes - 1 });
}

function damaged(source: Source, cause: Error): StrataError {
  return new StrataError(
    {
      code: 'TAR_DAMAGED',
      message: 'The tar archive is damaged or ends too early.',
      where: source.path,
      got: cause.message,
      fix: 'Download or copy the archive again.',
    },
    { cause },
  );
}

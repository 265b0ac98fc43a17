import { close, openSync, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Transform, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import { StrataError } from '../../core/errors.ts';
import type { Archive, Entry } from './archive.ts';
import { fileOf, type Source } from './source.ts';
import { checkUnpacked } from './unpacking.ts';

export function isZip(source: Source): boolean {
  return !source.folder && MARKS.includes(source.head.subarray(0, 4).toString('latin1'));
}
/** Of a first entry, and of the directory of an archive without any. */
const MARKS = ['PK\u0003\u0004', 'PK\u0005\u0006'];

interface ZipEntry extends Entry {
  readonly raw: yauzl.Entry;
}

/** What a zip archive holds by its directory. Throws `ZIP_DAMAGED`, `ZIP_ENCRYPTED` or `ARCHIVE_BOMB`. */
export async function openZip(source: Source): Promise<Archive<ZipEntry>> {
  const file = await fileOf(source);
  const entries = await entriesOf(source, file);
  if (entries.some(({ kind, raw }) => kind === 'file' && raw.isEncrypted())) throw encrypted(source.path);
  checkUnpacked(
    entries.reduce((sum, { bytes }) => sum + bytes, 0),
    source,
  );
  return {
    entries,
    async reader() {
      const zip = await openedZip(source, () => yauzl.openPromise(file, OPTIONS));
      const open = promisify(zip.openReadStream.bind(zip)) as (entry: yauzl.Entry) => Promise<Readable>;
      return {
        // pipeline hands an error of the one on to the other, and ends both.
        open: async ({ raw }) => pipeline(await open(raw), checked(raw.crc32), () => {}),
        close: () => zip.close(),
      };
    },
  };
}

/** Hands bytes on, and ends with an `Error` where they are not those that were packed: the library does not look. */
function checked(wanted: number): Transform {
  let sum = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
    flush: (done) =>
      done(sum === wanted ? null : new Error('Its checksum is not the one of what was packed.')),
  });
}

async function entriesOf(source: Source, file: string): Promise<ZipEntry[]> {
  const zip = await openedZip(source, async () => {
    const { size } = await stat(file);
    return yauzl.fromRandomAccessReaderPromise(new BlockReader(openSync(file, 'r')), size, OPTIONS);
  });
  const entries: ZipEntry[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on('entry', (raw: yauzl.Entry) => {
        entries.push(entryOf(raw));
        zip.readEntry();
      });
      zip.on('end', resolve);
      zip.on('error', (error: Error) => reject(damaged(source, error)));
      zip.readEntry();
    });
  } finally {
    zip.close();
  }
  return entries;
}

const BLOCK_BYTES = 1 << 20;

/** Reads a file a block at a time: a directory is read in small pieces, one behind the other, and there may be a million of them. */
class BlockReader extends yauzl.RandomAccessReader {
  private readonly file: number;
  private readonly block = Buffer.alloc(BLOCK_BYTES);
  private start = 0;
  private filled = 0;

  constructor(file: number) {
    super();
    this.file = file;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null) => void,
  ): void {
    try {
      if (position < this.start || position + length > this.start + this.filled) {
        this.start = position;
        this.filled = readSync(this.file, this.block, 0, BLOCK_BYTES, position);
      }
      this.block.copy(buffer, offset, position - this.start, position - this.start + length);
      process.nextTick(done, length > this.filled ? new Error('unexpected end of file') : null);
    } catch (error) {
      process.nextTick(done, error);
    }
  }

  override close(done: (error: Error | null) => void): void {
    close(this.file, done);
  }
}

/** By the mode of Unix, which zip keeps in the upper half of a number. */
const TYPE_MASK = 0xf000;
const LINK = 0xa000;

function entryOf(raw: yauzl.Entry): ZipEntry {
  const { generalPurposeBitFlag, fileNameRaw, extraFields, externalFileAttributes } = raw;
  const path = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
  const link = ((externalFileAttributes >>> 16) & TYPE_MASK) === LINK;
  const kind = link ? 'link' : path.endsWith('/') ? 'folder' : 'file';
  return { path, kind, bytes: raw.uncompressedSize, raw };
}

/** Names are read and checked here: one that is bad is reported instead of ending the import. */
const OPTIONS = { lazyEntries: true, autoClose: false, decodeStrings: false };

async function openedZip(source: Source, open: () => Promise<yauzl.ZipFile>): Promise<yauzl.ZipFile> {
  try {
    return await open();
  } catch (error) {
    throw damaged(source, error as Error);
  }
}

function encrypted(where: string): StrataError {
  return new StrataError({
    code: 'ZIP_ENCRYPTED',
    message: 'The zip archive is protected with a password.',
    where,
    fix: 'Unpack it with its password and import the folder.',
  });
}

function damaged(source: Source, cause: Error): StrataError {
  if (/strong encryption/.test(cause.message)) return encrypted(source.path);
  return new StrataError(
    {
      code: 'ZIP_DAMAGED',
      message: 'The zip archive is damaged or ends too early.',
      where: source.path,
      got: cause.message,
      fix: 'Download or copy the archive again.',
    },
    { cause },
  );
}

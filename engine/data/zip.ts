import { promisify } from 'node:util';
import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { StrataError } from '../core/errors.ts';
import type { Archive, Entry } from './archive.ts';
import { fileOf, type Source } from './source.ts';
import { checkUnpacked } from './unpacking.ts';

export function isZip(source: Source): boolean {
  return !source.folder && source.head.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004';
}

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
      const zip = await openFile(source, file);
      const open = promisify(zip.openReadStream.bind(zip)) as (entry: yauzl.Entry) => Promise<Readable>;
      return { open: ({ raw }) => open(raw), close: () => zip.close() };
    },
  };
}

async function entriesOf(source: Source, file: string): Promise<ZipEntry[]> {
  const zip = await openFile(source, file);
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

async function openFile(source: Source, file: string): Promise<yauzl.ZipFile> {
  try {
    // Names are read and checked here: one that is bad is reported instead of ending the import.
    return await new Promise((resolve, reject) => {
      const options = { lazyEntries: true, autoClose: false, decodeStrings: false };
      yauzl.open(file, options, (error, zip) => (error ? reject(error) : resolve(zip)));
    });
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

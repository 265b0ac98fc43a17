import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import yauzl from 'yauzl';
import { StrataError, type Problem } from '../core/errors.ts';
import { naturalOrder } from '../core/natural-order.ts';
import { filesBelow, type Source } from './source.ts';
import { isTar, leadsOutside, openTar } from './tar.ts';

/** One entry may not unpack to more than this: entries are read whole, and a zip bomb is meant to fill the memory. */
const MAX_ENTRY_BYTES = 2 ** 30;

/** The files of a folder or of an archive, read one by one. */
export interface FileTree {
  /** Paths with forward slashes, in order. */
  readonly paths: readonly string[];
  /** Entries that are not read, e.g. those that would lie outside of the archive. */
  readonly problems: readonly Problem[];
  read(path: string): Promise<Buffer>;
  close(): void;
}

export function isZip(source: Source): boolean {
  return !source.folder && source.head.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004';
}

export const isArchive = (source: Source): boolean => isZip(source) || isTar(source);

export async function openTree(source: Source): Promise<FileTree> {
  if (!source.folder) return isTar(source) ? openTar(source) : openZip(source);
  return {
    paths: await filesBelow(source.path),
    problems: [],
    read: (path) => readFile(join(source.path, path)),
    close: () => {},
  };
}

async function openZip(source: Source): Promise<FileTree> {
  const { entries, paths, problems } = await directoryOf(source);
  const zip = await openArchive(source);
  const openEntry = promisify(zip.openReadStream.bind(zip)) as (
    entry: yauzl.Entry,
  ) => Promise<NodeJS.ReadableStream>;
  return {
    paths,
    problems,
    read: async (path) => buffer(await openEntry(entries.get(path)!)),
    close: () => zip.close(),
  };
}

interface Directory {
  readonly entries: ReadonlyMap<string, yauzl.Entry>;
  readonly paths: readonly string[];
  readonly problems: readonly Problem[];
}

/** Recognising, detecting and reading all need the directory, which of a large archive takes seconds to read. */
const directories = new WeakMap<Source, Promise<Directory>>();

function directoryOf(source: Source): Promise<Directory> {
  const known = directories.get(source);
  if (known) return known;
  const directory = readDirectory(source);
  directories.set(source, directory);
  return directory;
}

async function readDirectory(source: Source): Promise<Directory> {
  const zip = await openArchive(source);
  const entries = new Map<string, yauzl.Entry>();
  const problems: Problem[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on('entry', (entry: yauzl.Entry) => {
        const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
        const path = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
        const problem = problemOf(entry, path, source);
        if (problem) problems.push(problem);
        else if (!path.endsWith('/')) entries.set(path, entry);
        zip.readEntry();
      });
      zip.on('end', resolve);
      zip.on('error', (error: Error) => reject(damaged(source, error)));
      zip.readEntry();
    });
  } finally {
    zip.close();
  }
  return { entries, paths: [...entries.keys()].sort(naturalOrder), problems };
}

async function openArchive(source: Source): Promise<yauzl.ZipFile> {
  try {
    // Names are read and checked here: one that is bad is reported instead of ending the import.
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false };
    return await new Promise((resolve, reject) => {
      const done = (error: Error | null, zip: yauzl.ZipFile): void => (error ? reject(error) : resolve(zip));
      if (source.content) yauzl.fromBuffer(source.content, options, done);
      else yauzl.open(source.path, options, done);
    });
  } catch (error) {
    throw damaged(source, error as Error);
  }
}

function problemOf({ uncompressedSize }: yauzl.Entry, path: string, source: Source): Problem | null {
  const where = `${source.path}: ${path}`;
  if (yauzl.validateFileName(path) !== null) {
    return leadsOutside(where);
  }
  if (uncompressedSize > MAX_ENTRY_BYTES) {
    return {
      code: 'ZIP_ENTRY_TOO_LARGE',
      message: 'An entry of the archive is too large to be read. It was left out.',
      where,
      got: `${uncompressedSize} bytes`,
      expected: `at most ${MAX_ENTRY_BYTES} bytes`,
      fix: 'Unpack the archive and import its folder, if you need this file.',
    };
  }
  return null;
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

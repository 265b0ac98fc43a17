import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import yauzl from 'yauzl';
import { StrataError, type Problem } from '../core/errors.ts';
import { filesBelow, type Source } from './source.ts';

/** One entry may not unpack to more than this: an image that large is none, and a zip bomb is meant to. */
const MAX_ENTRY_BYTES = 256 * 1024 * 1024;

/** The files of a folder or of a zip archive, read one by one. */
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

export async function openTree(source: Source): Promise<FileTree> {
  if (!source.folder) return openZip(source);
  return {
    paths: await filesBelow(source.path),
    problems: [],
    read: (path) => readFile(join(source.path, path)),
    close: () => {},
  };
}

async function openZip(source: Source): Promise<FileTree> {
  const zip = await openArchive(source);
  const entries = new Map<string, yauzl.Entry>();
  const problems: Problem[] = [];
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: yauzl.Entry) => {
      const problem = problemOf(entry, source);
      if (problem) problems.push(problem);
      else if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.on('end', resolve);
    zip.on('error', (error: Error) => reject(damaged(source, error)));
    zip.readEntry();
  });
  const openEntry = promisify(zip.openReadStream.bind(zip)) as (
    entry: yauzl.Entry,
  ) => Promise<NodeJS.ReadableStream>;
  return {
    paths: [...entries.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })),
    problems,
    read: async (path) => buffer(await openEntry(entries.get(path)!)),
    close: () => zip.close(),
  };
}

async function openArchive(source: Source): Promise<yauzl.ZipFile> {
  try {
    const open = promisify(yauzl.open) as (path: string, options: yauzl.Options) => Promise<yauzl.ZipFile>;
    // File names are checked here, so that a bad one is reported instead of ending the import.
    return await open(source.path, {
      lazyEntries: true,
      autoClose: false,
      decodeStrings: true,
      strictFileNames: false,
    });
  } catch (error) {
    throw damaged(source, error as Error);
  }
}

function problemOf(entry: yauzl.Entry, source: Source): Problem | null {
  const where = `${source.path}: ${entry.fileName}`;
  if (yauzl.validateFileName(entry.fileName) !== null) {
    return {
      code: 'ZIP_PATH_OUTSIDE',
      message: 'An entry of the archive has a path that leads outside of it. It was left out.',
      where,
      fix: 'Make sure that you trust where this archive comes from.',
    };
  }
  if (entry.uncompressedSize > MAX_ENTRY_BYTES) {
    return {
      code: 'ZIP_ENTRY_TOO_LARGE',
      message: 'An entry of the archive is too large to be an image. It was left out.',
      where,
      got: `${entry.uncompressedSize} bytes`,
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

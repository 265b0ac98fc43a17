import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { StrataError } from '../../engine/core/errors.ts';
import { naturalOrder } from '../../engine/core/natural-order.ts';
import type { ModelDocument } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import type { DirectoryListing } from '../contract.ts';

/** What is in a folder, folders first, without hidden entries; null means the person's home folder. */
export async function listDirectory(path: string | null): Promise<DirectoryListing> {
  const folder = resolve(path ?? homedir());
  try {
    const names = (await readdir(folder)).filter((name) => !name.startsWith('.'));
    const entries = await Promise.all(names.map((name) => entryOf(join(folder, name), name)));
    const parent = dirname(folder);
    return {
      path: folder,
      parent: parent === folder ? null : parent,
      entries: entries.filter((entry) => entry !== null).sort(foldersFirst),
    };
  } catch (error) {
    throw fileError(error, folder, 'The folder cannot be opened.');
  }
}

/** Reads a `.strata.json` file. Throws `FILE_UNREADABLE`, or what parsing found wrong. */
export async function readDocument(path: string): Promise<ModelDocument> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw fileError(error, path, 'The file cannot be opened.');
  }
  try {
    return parseDocument(text);
  } catch (error) {
    if (!(error instanceof StrataError)) throw error;
    const where = error.problem.where === undefined ? path : `${path}, ${error.problem.where}`;
    throw new StrataError({ ...error.problem, where }, { cause: error });
  }
}

type Entry = DirectoryListing['entries'][number];

/** Null for an entry that cannot be looked at, such as a link that leads nowhere. */
async function entryOf(path: string, name: string): Promise<Entry | null> {
  const found = await stat(path).catch(() => null);
  return found && { name, path, folder: found.isDirectory(), bytes: found.isDirectory() ? 0 : found.size };
}

function foldersFirst(a: Entry, b: Entry): number {
  return Number(b.folder) - Number(a.folder) || naturalOrder(a.name, b.name);
}

function fileError(cause: unknown, where: string, message: string): StrataError {
  const got = cause instanceof Error ? cause.message : String(cause);
  return new StrataError(
    { code: 'FILE_UNREADABLE', message, where, got, fix: 'Check that it exists and may be read.' },
    { cause },
  );
}

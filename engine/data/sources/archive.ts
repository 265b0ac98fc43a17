import type { Dirent } from 'node:fs';
import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { StrataError, type Problem } from '../../core/errors.ts';
import { naturalOrder } from '../../core/natural-order.ts';
import { memberSource, openSource, sourceError, type Source } from './source.ts';
import { isTar, openTar } from './tar.ts';
import { isZip, openZip } from './zip.ts';

/** A file that is read whole may not be larger than this. */
const MOST_BYTES = 2 ** 30;

/** The files of a folder or of an archive, read one by one. */
export interface FileTree {
  /** Paths with forward slashes, in order. */
  readonly paths: readonly string[];
  /** Folders with no file in them or below them. */
  readonly emptyFolders: readonly string[];
  /** What is not read, e.g. links that lead nowhere and entries that would lie outside of the archive. */
  readonly problems: readonly Problem[];
  /** A whole file. Throws `FILE_TOO_LARGE`, and what reading throws. */
  read(path: string): Promise<Buffer>;
  /** A file to be read as a source of its own, also after the tree is closed. */
  source(path: string): Promise<Source>;
  close(): void;
}

/** One entry of an archive. */
export interface Entry {
  /** With forward slashes, as the archive has it. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Unpacked. */
  readonly bytes: number;
}

/** What an archive holds, and how it is read. */
export interface Archive<E extends Entry = Entry> {
  readonly entries: readonly E[];
  reader(): Promise<EntryReader<E>>;
}

export interface EntryReader<E extends Entry> {
  open(entry: E): Promise<Readable>;
  /** Streams that are open go on to their end. */
  close(): void;
}

export const isArchive = (source: Source): boolean => isZip(source) || isTar(source);

export async function openTree(source: Source): Promise<FileTree> {
  const listing = await listingOf(source);
  return 'archive' in listing ? archiveTree(source, listing) : folderTree(source, listing);
}

interface Listing {
  readonly paths: readonly string[];
  readonly emptyFolders: readonly string[];
  readonly problems: readonly Problem[];
}

interface ArchiveListing extends Listing {
  readonly archive: Archive;
  readonly files: ReadonlyMap<string, Entry>;
}

/** Recognising, detecting and reading all need the names, which of a large folder or archive take seconds to read. */
const listings = new WeakMap<Source, Promise<Listing | ArchiveListing>>();

function listingOf(source: Source): Promise<Listing | ArchiveListing> {
  const known = listings.get(source);
  if (known) return known;
  const listing = source.folder ? listFolder(source.path) : listArchive(source);
  listings.set(source, listing);
  return listing;
}

async function listFolder(folder: string): Promise<Listing> {
  const { files, folders, gone } = await below(folder).catch((error: NodeJS.ErrnoException) => {
    throw sourceError(error.path ?? folder, error);
  });
  const broken = gone.filter((path) => !CLUTTER.test(path)).map((path) => leadsNowhere(join(folder, path)));
  return { ...arranged(files, folders), problems: broken };
}

interface Found {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  /** Links to what is not there. */
  readonly gone: readonly string[];
}

/**
 * Paths of what lies below a folder. A folder of a person's own may be put together of links to files and folders that lie elsewhere; those
 * to what is read anyway would lead around in circles.
 */
async function below(folder: string, above: readonly string[] = []): Promise<Found> {
  const known = [...above, await realpath(folder)];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const pathOf = ({ parentPath, name }: Dirent): string =>
    relative(folder, join(parentPath, name)).replaceAll(sep, '/');
  let files = entries.filter((entry) => entry.isFile()).map(pathOf);
  let folders = entries.filter((entry) => entry.isDirectory()).map(pathOf);
  let gone: string[] = [];
  for (const path of entries.filter((entry) => entry.isSymbolicLink()).map(pathOf)) {
    const target = await stat(join(folder, path)).catch(() => null);
    if (target === null) gone.push(path);
    if (target?.isFile()) files.push(path);
    if (!target?.isDirectory()) continue;
    const place = await realpath(join(folder, path));
    if (known.some((other) => isInside(other, place) || isInside(place, other))) continue;
    const found = await below(join(folder, path), known);
    const moved = (inner: readonly string[]) => inner.map((name) => `${path}/${name}`);
    files = [...files, ...moved(found.files)];
    folders = [...folders, path, ...moved(found.folders)];
    gone = [...gone, ...moved(found.gone)];
  }
  return { files, folders, gone };
}

/** True for a folder that is another one or lies in it. */
const isInside = (folder: string, other: string): boolean => `${folder}${sep}`.startsWith(`${other}${sep}`);

async function listArchive(source: Source): Promise<ArchiveListing> {
  const archive = await (isTar(source) ? openTar(source) : openZip(source));
  const problems: Problem[] = [];
  const folders: string[] = [];
  const files = new Map<string, Entry>();
  for (const entry of archive.entries) {
    const { path, kind } = entry;
    const where = `${source.path}: ${path}`;
    if (leadsOutside(path)) problems.push(outside(where));
    else if (kind === 'link') problems.push(isLink(where));
    else if (kind === 'other') problems.push(noPlainFile(where));
    else if (kind === 'folder') folders.push(path.replace(/\/$/, ''));
    else {
      if (files.has(path)) problems.push(sameName(where));
      files.set(path, entry);
    }
  }
  return { ...arranged([...files.keys()], folders), problems, archive, files };
}

/** What systems put beside people's files. */
const CLUTTER = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i;

function arranged(files: readonly string[], folders: readonly string[]): Omit<Listing, 'problems'> {
  const paths = files.filter((path) => !CLUTTER.test(path)).sort(naturalOrder);
  const filled = new Set<string>();
  for (const path of paths) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      if (filled.has(folder)) break;
      filled.add(folder);
    }
  }
  const empty = folders.filter((path) => !CLUTTER.test(`${path}/`) && !filled.has(path));
  return { paths, emptyFolders: empty.sort(naturalOrder) };
}

function folderTree({ path: folder, scratch, job }: Source, listing: Listing): FileTree {
  return {
    ...listing,
    read: (path) => readFile(join(folder, path)),
    source: (path) => openSource(join(folder, path), scratch, job),
    close: () => {},
  };
}

function archiveTree(source: Source, { archive, files, ...listing }: ArchiveListing): FileTree {
  let reader: ReturnType<Archive['reader']> | undefined;
  return {
    ...listing,
    async read(path) {
      const entry = files.get(path)!;
      const where = `${source.path}: ${path}`;
      if (entry.bytes > MOST_BYTES) throw tooLarge(where, entry.bytes);
      return whole(where, async () => buffer(await (await (reader ??= archive.reader())).open(entry)));
    },
    source(path) {
      const entry = files.get(path)!;
      const member = { bytes: entry.bytes, open: () => openOnce(archive, entry) };
      return whole(`${source.path}: ${path}`, () => memberSource(source, path, member));
    },
    close: () => void reader?.then((opened) => opened.close()),
  };
}

/** What `read` gives. Throws `ARCHIVE_ENTRY_DAMAGED` where the entry cannot be unpacked. */
async function whole<T>(where: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new StrataError(
      {
        code: 'ARCHIVE_ENTRY_DAMAGED',
        message: 'A file of the archive is damaged, or packed in a way that Strata does not know.',
        where,
        got: (cause as Error).message,
        fix: 'Unpack the archive and import its folder, or download it again.',
      },
      { cause },
    );
  }
}

async function openOnce(archive: Archive, entry: Entry): Promise<Readable> {
  const reader = await archive.reader();
  try {
    return await reader.open(entry);
  } finally {
    reader.close();
  }
}

/** True for paths that would be written beside the archive's own folder. */
const leadsOutside = (path: string): boolean =>
  /^([/\\]|[a-z]:)/i.test(path) || path.split(/[/\\]/).includes('..');

function outside(where: string): Problem {
  return {
    code: 'ARCHIVE_PATH_OUTSIDE',
    message: 'An entry of the archive has a path that leads outside of it. It was left out.',
    where,
    fix: 'Make sure that you trust where this archive comes from.',
  };
}

function leadsNowhere(where: string): Problem {
  return {
    code: 'LINK_BROKEN',
    message: 'A link leads to a file or folder that is not there. It was left out.',
    where,
    fix: 'Put the file back that it leads to, or delete the link.',
  };
}

function isLink(where: string): Problem {
  return {
    code: 'ARCHIVE_LINK',
    message: 'An entry of the archive is a link and not a file. It was left out.',
    where,
    fix: 'Pack the file that it leads to.',
  };
}

function noPlainFile(where: string): Problem {
  return {
    code: 'ARCHIVE_NO_FILE',
    message: 'An entry of the archive is a device, a pipe or a file with holes. It was left out.',
    where,
    expected: 'a plain file',
    fix: 'Pack it again, without --sparse if that was chosen.',
  };
}

function sameName(where: string): Problem {
  return {
    code: 'ARCHIVE_SAME_NAME',
    message: 'The archive holds several files of the same name. Only the last one is read.',
    where,
    fix: 'Rename one of them if you need both.',
  };
}

function tooLarge(where: string, bytes: number): StrataError {
  return new StrataError({
    code: 'FILE_TOO_LARGE',
    message: 'A file of the archive is too large to be read at once.',
    where,
    got: `${bytes} bytes`,
    expected: `at most ${MOST_BYTES} bytes`,
    fix: 'Unpack the archive and import its folder, if you need this file.',
  });
}

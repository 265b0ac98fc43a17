import { naturalOrder } from '../../core/natural-order.ts';
import type { RowFile } from './file-rows.ts';
import { splitNamed, splitIn } from '../splits/split-names.ts';

/** Files of a folder or an archive that are one example each: a file's class and part follow from where it lies. */
export interface LabelledFile extends RowFile {
  /** Empty where there are no classes. */
  readonly label: string;
}

export interface LabelledFiles {
  readonly files: readonly LabelledFile[];
  /** Names of the classes, in the order people expect; none where there would be one only, which says nothing. */
  readonly classes: readonly string[];
  /** Files that lie beside the folders of the classes. */
  readonly unlabelled: readonly string[];
}

/** Which of the folders that a file lies in is called like its class. */
export type ClassFolder = 'nearest' | 'outermost';

/** File names that begin with a class, such as `7_george_3.wav`, are so in all files and have no more classes than this. */
const MOST_PREFIXES = 200;

/**
 * The files whose names fit, with their class: a folder they are in, else the first part of their name. The nearest folder above
 * that is called train, validation or test says which part they belong to.
 */
export function labelledFiles(
  paths: readonly string[],
  fits: RegExp,
  by: ClassFolder = 'nearest',
): LabelledFiles {
  const fitting = paths.filter((path) => fits.test(path));
  const folders = foldersOf(fitting);
  const named = fitting.map((path) => byFolder(path, folders, by));
  const labels = new Set(named.map(({ label }) => label).filter((label) => label !== ''));
  const all = (labels.size > 1 ? undefined : byPrefix(named)) ?? named;
  const classes = new Set(all.map(({ label }) => label).filter((label) => label !== ''));
  if (classes.size < 2)
    return { files: all.map((file) => ({ ...file, label: '' })), classes: [], unlabelled: [] };
  return {
    files: all.filter(({ label }) => label !== ''),
    classes: [...classes].sort(naturalOrder),
    unlabelled: all.flatMap(({ path, label }) => (label === '' ? path : [])),
  };
}

/** Folders beside those of the classes that hold no files. */
export function emptyClasses(emptyFolders: readonly string[], files: readonly LabelledFile[]): string[] {
  const parents = new Set(files.map(({ path }) => parentOf(parentOf(path))));
  return emptyFolders.filter((path) => parents.has(parentOf(path)));
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Paths of the folders that a file lies in, from the outermost one. */
const foldersAbove = (path: string): string[] =>
  path
    .split('/')
    .slice(0, -1)
    .map((_, at, names) => names.slice(0, at + 1).join('/'));

interface Folders {
  /** Those that all files lie in. */
  readonly common: ReadonlySet<string>;
  /** Those in which all folders are called after parts: `valid` beside `invalid` is a class, `test` beside `train` is not. */
  readonly parted: ReadonlySet<string>;
}

function foldersOf(paths: readonly string[]): Folders {
  const counts = new Map<string, number>();
  for (const path of paths)
    for (const folder of foldersAbove(path)) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  const children = Map.groupBy(counts.keys(), parentOf);
  return {
    common: new Set([...counts.keys()].filter((folder) => counts.get(folder) === paths.length)),
    parted: new Set([...children.keys()].filter((parent) => areParts(children.get(parent)!.map(nameOf)))),
  };
}

/** True for names of parts, also where each tells another one by a word: `news-train` and `news-test`. */
function areParts(names: readonly string[]): boolean {
  const told = new Set(names.map(splitIn));
  return names.every(splitNamed) || (told.has('train') && !told.has(undefined) && told.size === names.length);
}

function byFolder(path: string, { common, parted }: Folders, by: ClassFolder): LabelledFile {
  const folders = foldersAbove(path);
  const nearest = folders.at(-1) ?? '';
  const inPart = parted.has(parentOf(nearest));
  const above = inPart ? folders : folders.slice(0, -1);
  const partOf = (folder: string) => (parted.has(parentOf(folder)) ? splitIn : splitNamed)(nameOf(folder));
  const classes = above.filter((folder) => !common.has(folder) && !partOf(folder));
  if (!inPart) classes.push(nearest);
  const label = nameOf((by === 'outermost' ? classes[0] : classes.at(-1)) ?? '');
  const split = above.map(partOf).findLast((part) => part !== undefined) ?? null;
  return { path, label: UNLABELLED.test(label) ? '' : label, split };
}

/** Folders of examples whose class is not known. */
const UNLABELLED = /^(unsup(ervised)?|unlabell?ed)$/i;

/** The part that the nearest of some folders is called after. */
export function splitAbove(folders: readonly string[]): LabelledFile['split'] {
  const named = folders.findLast((folder) => splitNamed(folder));
  return (named !== undefined && splitNamed(named)) || null;
}

function byPrefix(files: readonly LabelledFile[]): LabelledFile[] | undefined {
  const labelled = files.map((file) => ({ ...file, label: prefixOf(file.path) }));
  // A part may have no classes at all.
  const parts = new Set(labelled.filter(({ label }) => label !== '').map(({ split }) => split));
  const prefixes = labelled.filter(({ split }) => parts.has(split)).map(({ label }) => label);
  const distinct = new Set(prefixes);
  const named = distinct.size > 1 && distinct.size <= MOST_PREFIXES && !distinct.has('');
  // Numbers that only count files are no classes.
  if (!named || distinct.size > prefixes.length / 2) return undefined;
  return labelled;
}

const prefixOf = (path: string): string => /^([^_.-]+)[_.-].*\./.exec(nameOf(path))?.[1] ?? '';

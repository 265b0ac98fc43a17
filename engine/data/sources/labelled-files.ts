import { naturalOrder } from '../../core/natural-order.ts';
import type { FileTree } from './archive.ts';
import type { RowFile } from './file-rows.ts';
import { splitNamed } from '../splits/split-names.ts';

/** Files of a folder or an archive that are one example each: a file's class and part follow from where it lies. */
export interface LabelledFile extends RowFile {
  readonly label: string;
}

export interface LabelledFiles {
  readonly files: readonly LabelledFile[];
  /** Names of the classes, in the order people expect. */
  readonly classes: readonly string[];
  /** Files that lie beside the folders of the classes. */
  readonly unlabelled: readonly string[];
  /** Folders beside those of the classes that hold no files. */
  readonly emptyClasses: readonly string[];
}

/** File names that begin with a class, such as `7_george_3.wav`, are so in all files and have no more classes than this. */
const MOST_PREFIXES = 200;

/**
 * The files whose names fit, with their class: the folder they are in, else the first part of their name. The nearest folder above
 * that is called train, validation or test says which part they belong to.
 */
export function labelledFiles({ paths, emptyFolders }: FileTree, fits: RegExp): LabelledFiles {
  const named = paths.filter((path) => fits.test(path)).map(byFolder);
  const labels = new Set(named.map(({ label }) => label));
  const files = (labels.size > 1 ? undefined : byPrefix(named)) ?? named.filter(({ label }) => label !== '');
  const parents = new Set(files.map(({ path }) => parentOf(parentOf(path))));
  return {
    files,
    classes: [...new Set(files.map(({ label }) => label))].sort(naturalOrder),
    unlabelled:
      files.length === named.length ? [] : named.flatMap(({ path, label }) => (label === '' ? path : [])),
    emptyClasses: emptyFolders.filter((path) => parents.has(parentOf(path))),
  };
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

function byFolder(path: string): LabelledFile {
  const folders = path.split('/').slice(0, -1);
  return { path, label: folders.at(-1) ?? '', split: splitAbove(folders.slice(0, -1)) };
}

/** The part that the nearest of some folders is called after. */
export function splitAbove(folders: readonly string[]): LabelledFile['split'] {
  const named = folders.findLast((folder) => splitNamed(folder));
  return (named !== undefined && splitNamed(named)) || null;
}

function byPrefix(files: readonly LabelledFile[]): LabelledFile[] | undefined {
  const prefixes = files.map(({ path }) => /^([^_.-]+)[_-]/.exec(path.split('/').at(-1) ?? '')?.[1] ?? '');
  const distinct = new Set(prefixes);
  const named = distinct.size > 1 && distinct.size <= MOST_PREFIXES && !distinct.has('');
  // Numbers that only count files are no classes.
  if (!named || distinct.size > files.length / 2) return undefined;
  return files.map((file, at) => ({ ...file, label: prefixes[at] }));
}

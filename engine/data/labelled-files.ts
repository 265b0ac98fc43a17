import type { Split } from '../core/dataset.ts';
import { naturalOrder } from '../core/natural-order.ts';
import type { FileTree } from './archive.ts';
import { splitNamed } from './parts.ts';

/** Files of a folder or an archive that are one example each: a file's class and part follow from where it lies. */
export interface LabelledFile {
  readonly path: string;
  readonly label: string;
  readonly split: Split | null;
}

/** File names that begin with a class, such as `7_george_3.wav`, are so in all files and have no more classes than this. */
const MOST_PREFIXES = 200;

/**
 * The files whose names fit, with their class: the folder they are in, else the first part of their name. The nearest folder above
 * that is called train, validation or test says which part they belong to.
 */
export function labelledFiles({ paths }: FileTree, fits: RegExp): LabelledFile[] {
  const files = paths.filter((path) => fits.test(path));
  const byFolder = files.map((path) => {
    const folders = path.split('/').slice(0, -1);
    const split = folders.slice(0, -1).findLast((folder) => splitNamed(folder));
    return { path, label: folders.at(-1) ?? '', split: (split && splitNamed(split)) || null };
  });
  if (new Set(byFolder.map(({ label }) => label)).size > 1)
    return byFolder.filter(({ label }) => label !== '');
  const prefixes = files.map((path) => /^([^_.-]+)[_-]/.exec(path.split('/').at(-1) ?? '')?.[1] ?? '');
  const distinct = new Set(prefixes);
  const named = distinct.size > 1 && distinct.size <= MOST_PREFIXES && !distinct.has('');
  // Numbers that only count files are no classes.
  if (!named || distinct.size > files.length / 2) return byFolder.filter(({ label }) => label !== '');
  return byFolder.map((file, at) => ({ ...file, label: prefixes[at] }));
}

/** Names of the classes, in the order people expect. */
export const classesOf = (files: readonly LabelledFile[]): string[] =>
  [...new Set(files.map(({ label }) => label))].sort(naturalOrder);

import { dirname, join } from 'node:path/posix';
import { splitAbove } from './labelled-files.ts';
import { splitOfFile } from './parts.ts';

/** How annotations and tables name the files that they tell about. */

export interface FileFinder {
  /**
   * The file that an annotation has this name for, in small letters or large ones: the path that ends like it, where there are several the one
   * nearest to the annotation and of the same part. Nothing where others of the same name are as near: it would be a guess.
   */
  find(name: string, annotation: string): string | undefined;
  /** True where a file could be meant. */
  knows(name: string): boolean;
}

export function fileFinder(files: readonly string[]): FileFinder {
  const paths = new Set(files);
  const byStem = new Map<string, string[]>();
  for (const path of files) {
    const stem = stemOf(path).toLowerCase();
    const others = byStem.get(stem);
    if (others) others.push(path);
    else byStem.set(stem, [path]);
  }
  // A name without an ending may have a dot in it.
  const candidatesOf = (name: string): readonly string[] =>
    byStem.get(stemOf(name).toLowerCase()) ?? byStem.get(nameOf(name).toLowerCase()) ?? [];
  return {
    knows: (name) => candidatesOf(name).length > 0,
    find(name, annotation) {
      // None is nearer, and of many files with one name the others need not be looked at.
      const beside = join(dirname(annotation), name.replaceAll('\\', '/'));
      if (paths.has(beside)) return beside;
      const candidates = candidatesOf(name);
      if (candidates.length < 2) return candidates[0];
      const nearness = nearnessTo(name, annotation);
      const best = candidates.reduce((a, b) => (nearness(b) > nearness(a) ? b : a));
      const rivals = candidates.filter((path) => path !== best && nameOf(path) === nameOf(best));
      return rivals.some((path) => nearness(path) === nearness(best)) ? undefined : best;
    },
  };
}

/** How well a path fits: first by its end, then by where it lies, by its letters and by its part. */
function nearnessTo(name: string, annotation: string): (path: string) => number {
  const exact = [stemOf(name), nameOf(name)];
  const part = splitOfFile(annotation);
  return (path) =>
    commonEnd(path, name) * 1000 +
    commonStart(path.split('/'), annotation.split('/')) +
    Number(exact.includes(stemOf(path))) / 2 +
    Number(splitAbove(path.split('/').slice(0, -1)) === part) / 4;
}

const nameOf = (path: string): string => path.split(/[/\\]/).at(-1) ?? path;

/** The name of a file without its folders and its ending. */
export const stemOf = (path: string): string => nameOf(path).replace(/\.[^.]*$/, '');

/** Parts of two paths that are the same at their ends. */
const commonEnd = (path: string, name: string): number =>
  commonStart(path.split('/').reverse(), name.split(/[/\\]/).reverse());

function commonStart(a: readonly string[], b: readonly string[]): number {
  const differing = a.findIndex((part, at) => part !== b[at]);
  return differing < 0 ? a.length : differing;
}

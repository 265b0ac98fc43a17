import type { Problem } from '../../core/errors.ts';

/** How annotations and tables name the images that they tell about. */

/** Finds an image by the name that an annotation has for it: the path that ends like it, the nearest one where there are several. */
export function imageFinder(images: readonly string[]): (name: string, from: string) => string | undefined {
  const byStem = new Map<string, string[]>();
  for (const path of images) {
    const stem = stemOf(path);
    const others = byStem.get(stem);
    if (others) others.push(path);
    else byStem.set(stem, [path]);
  }
  return (name, from) => {
    // A name without an ending may have a dot in it.
    const candidates = byStem.get(stemOf(name)) ?? byStem.get(nameOf(name)) ?? [];
    if (candidates.length < 2) return candidates[0];
    const nearness = (path: string): number =>
      commonEnd(path, name) * 1000 + commonStart(path.split('/'), from.split('/'));
    return candidates.reduce((best, path) => (nearness(path) > nearness(best) ? path : best));
  };
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

/** An annotation, or a row of a table, whose image is not there. */
export function imageMissing(name: string, where: string): Problem {
  return {
    code: 'IMAGE_MISSING',
    message: `There is no image ${name}. What is said of it was left out.`,
    where,
    got: name,
    fix: 'Put the image into the folder, or delete what is said of it.',
  };
}

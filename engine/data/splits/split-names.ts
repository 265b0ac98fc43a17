import type { Split } from '../../core/dataset.ts';

const WORDS: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  dev: 'validation',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  eval: 'validation',
  test: 'test',
  testing: 'test',
};

/** The part that a word means, also with a number behind it: a folder's name, a word of a file's, a value of a column. */
export const splitNamed = (word: string): Split | undefined =>
  WORDS[
    word
      .trim()
      .toLowerCase()
      .replace(/[ _-]?\d+$/, '')
  ];

/** The part that a cell names, null where it names none. */
export const partNamed = (cell: unknown): Split | null =>
  typeof cell === 'string' ? (splitNamed(cell) ?? null) : null;

/** The part that a word of a name tells; digits part words, as in `wnut17train`. */
export function splitIn(name: string): Split | undefined {
  const words = name.toLowerCase().split(/[^a-z]+/);
  return words.map(splitNamed).find((part) => part !== undefined);
}

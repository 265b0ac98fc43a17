import { basename } from 'node:path';
import type { Split } from '../../core/dataset.ts';
import { StrataError } from '../../core/errors.ts';
import { isArchive, openTree } from './archive.ts';
import type { Reader, RowBatch } from '../format.ts';
import { splitNamed } from '../splits/split-names.ts';
import { splitAbove } from './labelled-files.ts';
import type { Source } from './source.ts';

/** Data sets that come as several files of one format, one for each part: `train.tsv`, `dev.tsv` and `test.tsv`. */

export interface PartSource {
  readonly source: Source;
  /** null where the file's name tells no part. */
  readonly split: Split | null;
}

/** Files that tell about data. */
export const ABOUT = /^[._]|^(readme|licen[cs]e|about|changelog)|\.(md|pdf|html?)$/i;

/** The file that a folder or an archive is about, or its files for training, validation and test; none where it is neither. */
export async function partsOf(source: Source): Promise<PartSource[]> {
  if (!source.folder && !isArchive(source)) return [];
  const tree = await openTree(source);
  try {
    const paths = tree.paths.filter((path) => !ABOUT.test(basename(path)));
    if (paths.length === 1) return [{ source: await tree.source(paths[0]), split: null }];
    const named = paths.flatMap((path) => {
      const split = splitOf(basename(path));
      return split ? [{ path, split }] : [];
    });
    const once = new Set(named.map(({ split }) => split)).size === named.length;
    if (!once || !named.some(({ split }) => split === 'train')) return [];
    const parts = await Promise.all(
      named.map(async ({ path, split }) => ({ source: await tree.source(path), split })),
    );
    return parts.sort((a, b) => Number(b.split === 'train') - Number(a.split === 'train'));
  } finally {
    tree.close();
  }
}

/** The part that a word of a file's name tells; digits part words, as in `wnut17train`. */
export function splitOf(name: string): Split | undefined {
  const words = name.toLowerCase().split(/[^a-z]+/);
  return words.map(splitNamed).find((part) => part !== undefined);
}

/** The part that its name tells, else the folders that it lies in. */
export const splitOfFile = (path: string): Split | null =>
  splitOf(basename(path)) ?? splitAbove(path.split('/').slice(0, -1));

/** Readers of all parts as one. Throws `PARTS_MISMATCH` where their columns are not the same. */
export function joinParts(parts: readonly { readonly reader: Reader; readonly part: PartSource }[]): Reader {
  const [{ reader: first }] = parts;
  for (const { reader, part } of parts) requireSameColumns(first, reader, part);
  const known = parts.every(({ reader }) => reader.totalRows !== null);
  return {
    ...first,
    estimatedRows: undefined,
    totalRows: known ? parts.reduce((sum, { reader }) => sum + (reader.totalRows ?? 0), 0) : null,
    totalWork: parts.reduce((sum, { reader }) => sum + reader.totalWork, 0),
    reasons: [
      ...first.reasons,
      ...parts.map(({ part }) => `${part.source.name} is the part for ${part.split}.`),
    ],
    warnings: parts.flatMap(({ reader }) => reader.warnings),
    async *rows(all): AsyncIterable<RowBatch> {
      let before = 0;
      for (const { reader, part } of parts) {
        for await (const batch of reader.rows(all)) {
          yield {
            ...batch,
            splits: Array.from({ length: batch.rows.length }, () => part.split),
            done: before + batch.done,
          };
        }
        before += reader.totalWork;
      }
    },
  };
}

function requireSameColumns(first: Reader, reader: Reader, { source }: PartSource): void {
  const namesOf = ({ columns }: Reader): string => columns.map(({ name }) => name).join(', ');
  if (namesOf(first) === namesOf(reader)) return;
  throw new StrataError({
    code: 'PARTS_MISMATCH',
    message: 'The files for training, validation and test do not have the same columns.',
    where: source.path,
    got: namesOf(reader),
    expected: namesOf(first),
    fix: 'Import one of the files alone, or make their columns the same.',
  });
}

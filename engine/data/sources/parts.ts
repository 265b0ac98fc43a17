import { basename, extname } from 'node:path';
import type { Split } from '../../core/dataset.ts';
import { StrataError } from '../../core/errors.ts';
import { naturalOrder } from '../../core/natural-order.ts';
import { isArchive, openTree } from './archive.ts';
import type { Reader, RowBatch } from '../format.ts';
import { splitIn } from '../splits/split-names.ts';
import { splitAbove } from './labelled-files.ts';
import type { Source } from './source.ts';

/**
 * Data sets that come as several files of one format: one for each part, `train.tsv`, `dev.tsv` and `test.tsv`, or as many as somebody
 * wrote, `2021.csv` and `2022.csv`, `train-00000-of-00002.parquet` and so on.
 */

export interface PartSource {
  readonly source: Source;
  /** null where the file's name tells no part. */
  readonly split: Split | null;
}

export interface Parts {
  readonly parts: readonly PartSource[];
  /** Names of files that belong to none. */
  readonly left: readonly string[];
}

export const NO_PARTS: Parts = { parts: [], left: [] };

/** Files that tell about data. */
export const ABOUT = /^[._]|^(readme|licen[cs]e|about|changelog)|\.(md|pdf|html?)$/i;

/** Their beginnings are in memory together. Where there are more, they are something else than parts of a table. */
const MOST_PARTS = 2000;

/** The file that a folder or an archive is about, or the files of its parts; none where it is neither. */
export async function partsOf(source: Source): Promise<Parts> {
  if (!source.folder && !isArchive(source)) return NO_PARTS;
  const tree = await openTree(source);
  try {
    const paths = tree.paths.filter((path) => !ABOUT.test(basename(path))).sort(naturalOrder);
    const chosen = partFiles(paths);
    if (chosen.length > MOST_PARTS) return NO_PARTS;
    const parts: PartSource[] = [];
    // One behind the other: systems have so many files open at once.
    for (const { path, split } of chosen) parts.push({ source: await tree.source(path), split });
    const read = new Set(chosen.map(({ path }) => path));
    const left = paths.filter((path) => !read.has(path));
    // The only file may be an archive that holds the parts.
    const inner = parts.length === 1 ? await partsOf(parts[0].source) : NO_PARTS;
    return inner.parts.length > 0 ? { ...inner, left: [...left, ...inner.left] } : { parts, left };
  } finally {
    tree.close();
  }
}

type PartFile = Omit<PartSource, 'source'> & { readonly path: string };

/** Files that are called after parts, those of the training first; else all, where they end alike. */
function partFiles(paths: readonly string[]): PartFile[] {
  if (paths.length === 1) return [{ path: paths[0], split: null }];
  const named = paths.flatMap((path): PartFile[] => {
    const split = splitIn(basename(path));
    return split ? [{ path, split }] : [];
  });
  if (named.some(({ split }) => split === 'train'))
    return named.sort((a, b) => Number(b.split === 'train') - Number(a.split === 'train'));
  const endings = new Set(paths.map((path) => extname(path).toLowerCase()));
  return endings.size === 1 ? paths.map((path) => ({ path, split: null })) : [];
}

/** The part that its name tells, else the folders that it lies in. */
export const splitOfFile = (path: string): Split | null =>
  splitIn(basename(path)) ?? splitAbove(path.split('/').slice(0, -1));

/** Names that are told; of more only how many they are. */
const MOST_NAMED = 5;

function aboutParts(parts: readonly PartSource[], left: readonly string[]): string[] {
  const filesOf = (names: readonly string[]): string =>
    names.slice(0, MOST_NAMED).join(', ') +
    (names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '');
  const splits = [...new Set(parts.map(({ split }) => split))];
  const told = splits.map((split) => {
    const names = parts.filter((part) => part.split === split).map(({ source }) => source.name);
    if (split === null) return `${names.length} files are read one behind the other: ${filesOf(names)}.`;
    const files = names.length === 1 ? `${names[0]} is` : `${filesOf(names)} are`;
    return `${files} the part for ${split}.`;
  });
  return left.length > 0 ? [...told, `Not read: ${filesOf(left)}.`] : told;
}

/** Readers of all parts as one. Throws `PARTS_MISMATCH` where their columns are not the same. */
export function joinParts(
  parts: readonly { readonly reader: Reader; readonly part: PartSource }[],
  left: readonly string[],
): Reader {
  const [{ reader: first }] = parts;
  for (const { reader, part } of parts) requireSameColumns(first, reader, part);
  const known = parts.every(({ reader }) => reader.totalRows !== null);
  return {
    ...first,
    estimatedRows: estimatedRows(parts.map(({ reader }) => reader)),
    totalRows: known ? parts.reduce((sum, { reader }) => sum + (reader.totalRows ?? 0), 0) : null,
    totalWork: parts.reduce((sum, { reader }) => sum + reader.totalWork, 0),
    reasons: [
      ...first.reasons,
      ...aboutParts(
        parts.map(({ part }) => part),
        left,
      ),
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

function estimatedRows(readers: readonly Reader[]): number | undefined {
  const rows = readers.map((reader) => reader.totalRows ?? reader.estimatedRows);
  return rows.every((count) => count !== undefined) ? rows.reduce((a, b) => a + b, 0) : undefined;
}

function requireSameColumns(first: Reader, reader: Reader, { source }: PartSource): void {
  const namesOf = ({ columns }: Reader): string => columns.map(({ name }) => name).join(', ');
  if (namesOf(first) === namesOf(reader)) return;
  throw new StrataError({
    code: 'PARTS_MISMATCH',
    message: 'The files do not have the same columns.',
    where: source.path,
    got: namesOf(reader),
    expected: namesOf(first),
    fix: 'Import one of the files alone, or make their columns the same.',
  });
}

import type { Split } from '../../core/dataset.ts';
import { StrataError, type Problem } from '../../core/errors.ts';
import { openTree, type FileTree } from './archive.ts';
import type { Cell, RowBatch } from '../format.ts';
import type { Source } from './source.ts';

/** A row that is read from a file of a folder or an archive. */
export interface RowFile {
  readonly path: string;
  /** null where nothing says which part it belongs to. */
  readonly split: Split | null;
}

export interface FileRow {
  readonly cells: readonly Cell[];
  /** What is wrong with parts of the row. */
  readonly problems?: readonly Problem[];
}

/** Files that are read at a time: enough to keep all processors busy, few enough for a preview to be quick and for memory where they are large. */
const BATCH_FILES = 8;

/** A row for each file, in order. A file that cannot be read is reported as `unreadable` says and left out. */
export async function* fileRows<F extends RowFile>(
  source: Source,
  files: readonly F[],
  read: (tree: FileTree, file: F) => Promise<FileRow>,
  unreadable: (path: string) => Problem,
): AsyncIterable<RowBatch> {
  const tree = await openTree(source);
  const tried = async (file: F): Promise<FileRow | Problem> => {
    try {
      return await read(tree, file);
    } catch (error) {
      const where = `${source.path}: ${file.path}`;
      if (error instanceof StrataError) return { where, ...error.problem };
      return { ...unreadable(file.path), where, got: (error as Error).message };
    }
  };
  try {
    for (let start = 0; start < files.length; start += BATCH_FILES) {
      const part = files.slice(start, start + BATCH_FILES);
      const results = await Promise.all(part.map(tried));
      const rows = results.flatMap((row, at) => ('code' in row ? [] : [{ ...row, split: part[at].split }]));
      yield {
        rows: rows.map(({ cells }) => cells),
        splits: rows.map(({ split }) => split),
        problems: results.flatMap((result) => ('code' in result ? [result] : (result.problems ?? []))),
        done: start + part.length,
      };
    }
  } finally {
    tree.close();
  }
}

/** Every so many of the files, about `wanted` of them: enough for a look. */
export function sampled<T>(files: readonly T[], wanted: number): T[] {
  const step = Math.max(1, Math.floor(files.length / wanted));
  return files.filter((_, at) => at % step === 0);
}

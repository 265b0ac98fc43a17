import { StrataError, type Problem } from '../core/errors.ts';
import type { Fields, ParamsOf } from '../core/fields.ts';
import { isArchive, openTree, type FileTree } from './archive.ts';
import {
  defineFormat,
  NOT_RECOGNISED,
  type FormatRecord,
  type Reader,
  type ReaderColumn,
  type RowBatch,
} from './format.ts';
import { classesOf, labelledFiles, type LabelledFile } from './labelled-files.ts';
import type { Source } from './source.ts';

type Decoded = Uint8Array | Float32Array;

/** What a format of folders says of itself, in which each file is one example. */
export interface FolderWords<F extends Fields> extends Pick<
  FormatRecord<F>,
  'id' | 'title' | 'doc' | 'fields'
> {
  /** Names of the files that are read. */
  readonly fits: RegExp;
  /** Files that are decoded at a time. */
  readonly batch: number;
  /** What was found, for people. */
  found(files: number, classes: number): string;
  /** Options that some of the files suggest. */
  detect(tree: FileTree, files: readonly LabelledFile[]): Promise<Partial<ParamsOf<F>>>;
  /** The column of the files' contents. */
  column(options: ParamsOf<F>): ReaderColumn;
  /** How the files are read, for people. */
  reasons(options: ParamsOf<F>, files: readonly LabelledFile[]): readonly string[];
  /** The content of a file as its column has it. Throws where the file is none of these. */
  decode(bytes: Buffer, options: ParamsOf<F>): Promise<Decoded>;
  /** What is said of a file that cannot be read, and of a folder with fewer than two classes. */
  unreadable(path: string): Problem;
  oneClass(classes: readonly string[]): Problem;
}

/** A format of folders and archives with a class for each file. */
export function folderFormat<F extends Fields>(words: FolderWords<F>): FormatRecord<F> {
  const { id, title, doc, fields, fits } = words;
  return defineFormat({
    id,
    title,
    doc,
    fields,

    async recognise(source) {
      if (!source.folder && !isArchive(source)) return NOT_RECOGNISED;
      const tree = await openTree(source);
      tree.close();
      const files = labelledFiles(tree, fits);
      if (files.length === 0) return NOT_RECOGNISED;
      return { confidence: 0.8, reasons: [words.found(files.length, classesOf(files).length)] };
    },

    async detect(source) {
      const tree = await openTree(source);
      try {
        return await words.detect(tree, labelledFiles(tree, fits));
      } finally {
        tree.close();
      }
    },

    async open(source, options) {
      return openFiles(source, words, options);
    },
  });
}

/** Every so many of the files, about `wanted` of them: enough for a look. */
export function sampled<T>(files: readonly T[], wanted: number): T[] {
  const step = Math.max(1, Math.floor(files.length / wanted));
  return files.filter((_, at) => at % step === 0);
}

async function openFiles<F extends Fields>(
  source: Source,
  words: FolderWords<F>,
  options: ParamsOf<F>,
): Promise<Reader> {
  const tree = await openTree(source);
  tree.close();
  const files = labelledFiles(tree, words.fits);
  const classes = classesOf(files);
  if (classes.length < 2) throw new StrataError({ ...words.oneClass(classes), where: source.path });
  return {
    columns: [words.column(options), { name: 'class', kind: 'category', role: 'target', classes }],
    totalRows: files.length,
    totalWork: files.length,
    reasons: words.reasons(options, files),
    warnings: [],
    rows: () => readFiles(source, files, words, options),
  };
}

async function* readFiles<F extends Fields>(
  source: Source,
  files: readonly LabelledFile[],
  words: FolderWords<F>,
  options: ParamsOf<F>,
): AsyncIterable<RowBatch> {
  const tree = await openTree(source);
  const decode = async ({ path }: LabelledFile): Promise<Decoded | Problem> => {
    try {
      return await words.decode(await tree.read(path), options);
    } catch (error) {
      const where = `${source.path}: ${path}`;
      return { ...words.unreadable(path), where, got: (error as Error).message };
    }
  };
  try {
    for (let start = 0; start < files.length; start += words.batch) {
      const part = files.slice(start, start + words.batch);
      const decoded = await Promise.all(part.map(decode));
      const read = part.flatMap((file, at) => {
        const content = decoded[at];
        return 'code' in content ? [] : [{ file, content }];
      });
      yield {
        rows: read.map(({ file, content }) => [content, file.label]),
        splits: read.map(({ file }) => file.split),
        problems: decoded.filter((result) => 'code' in result),
        done: start + part.length,
      };
    }
  } finally {
    tree.close();
  }
}

import { FILE_COLUMN } from '../../core/browse.ts';
import type { Problem } from '../../core/errors.ts';
import { choice, type Fields, type ParamsOf } from '../../core/fields.ts';
import { isArchive, openTree, type FileTree } from './archive.ts';
import { fileRows } from './file-rows.ts';
import {
  defineFormat,
  NOT_RECOGNISED,
  type FormatRecord,
  type Reader,
  type ReaderColumn,
  type RowBatch,
} from '../format.ts';
import { emptyClasses, labelledFiles, type ClassFolder, type LabelledFile } from './labelled-files.ts';
import type { Source } from './source.ts';

/** What a format of folders says of itself, in which each file is one example. */
export interface FolderWords<F extends Fields> extends Pick<
  FormatRecord<F>,
  'id' | 'title' | 'doc' | 'fields'
> {
  /** Names of the files that are read. */
  readonly fits: RegExp;
  /** True where rows keep the path of their file, so that people can go back to it. */
  readonly keepsPath?: true;
  /** What was found, for people. */
  found(files: number, classes: number): string;
  /** Options that some of the files suggest. */
  detect(tree: FileTree, paths: readonly string[]): Promise<Partial<ParamsOf<F>>>;
  /** The column of the files' contents. */
  column(options: ParamsOf<F>): ReaderColumn;
  /** How the files are read, for people. */
  reasons(options: ParamsOf<F>, files: readonly LabelledFile[]): readonly string[];
  /** The content of a file as its column has it. Throws where the file is none of these. */
  decode(bytes: Buffer, options: ParamsOf<F>): Promise<Uint8Array | Float32Array>;
  /** What is said of a file that cannot be read, and of a folder without classes, which has no target. */
  unreadable(path: string): Problem;
  readonly classless: Problem;
}

/** Whatever else knows the content knows it better. */
const LEAST_CONFIDENCE = 0.05;

const classFields = {
  classes: choice({
    label: 'Classes are called like',
    help: 'Where folders of classes hold others, such as one for each recording, or lie in others.',
    default: 'nearest' as ClassFolder,
    options: [
      { value: 'nearest', label: 'the folder a file lies in' },
      { value: 'outermost', label: 'the outermost folder' },
    ],
  }),
};

/** A format of folders and archives with a class for each file, or with files alone. */
export function folderFormat<F extends Fields>(words: FolderWords<F>): FormatRecord<F & typeof classFields> {
  const { id, title, doc } = words;
  const fields: F & typeof classFields = { ...words.fields, ...classFields };
  return defineFormat<F & typeof classFields>({
    id,
    title,
    doc,
    fields,

    async recognise(source) {
      if (!source.folder && !isArchive(source)) return NOT_RECOGNISED;
      const { paths } = await treeOf(source);
      const { files, classes } = labelledFiles(paths, words.fits);
      if (classes.length === 0) {
        const mostly = files.length > paths.length / 2;
        return mostly ? { confidence: LEAST_CONFIDENCE, reasons: [] } : NOT_RECOGNISED;
      }
      // Images with a sound among them are a folder of images.
      const confidence = 0.7 + 0.1 * (files.length / paths.length);
      return { confidence, reasons: [words.found(files.length, classes.length)] };
    },

    async detect(source) {
      const tree = await openTree(source);
      try {
        const { files } = labelledFiles(tree.paths, words.fits);
        return await words.detect(
          tree,
          files.map(({ path }) => path),
        );
      } finally {
        tree.close();
      }
    },

    open: (source, options) => openFiles(source, words, options, options.classes),
  });
}

async function treeOf(source: Source): Promise<FileTree> {
  const tree = await openTree(source);
  tree.close();
  return tree;
}

async function openFiles<F extends Fields>(
  source: Source,
  words: FolderWords<F>,
  options: ParamsOf<F>,
  by: ClassFolder,
): Promise<Reader> {
  const { paths, emptyFolders } = await treeOf(source);
  const { files, classes, unlabelled } = labelledFiles(paths, words.fits, by);
  const nested = by === 'nearest' ? labelledFiles(paths, words.fits, 'outermost').classes : classes;
  const classed = classes.length > 0;
  return {
    columns: [
      words.column(options),
      ...(classed ? [{ name: 'class', kind: 'category', role: 'target', classes } as const] : []),
      ...(words.keepsPath ? [{ name: FILE_COLUMN, kind: 'identifier', role: 'id' } as const] : []),
    ],
    totalRows: files.length,
    totalWork: files.length,
    reasons: [
      ...words.reasons(options, files),
      ...(nested.length > 1 && nested.join() !== classes.join() ? [insideOthers(nested)] : []),
    ],
    warnings: classed
      ? emptyClasses(emptyFolders, files).map((path) => emptyClass(source, path))
      : [{ ...words.classless, where: source.path }],
    async *rows(): AsyncIterable<RowBatch> {
      yield { rows: [], problems: unlabelled.map((path) => noClass(source, path)), done: 0 };
      yield* fileRows(
        source,
        files,
        async (tree, { path, label }) => ({
          cells: [
            await words.decode(await tree.read(path), options),
            ...(classed ? [label] : []),
            ...(words.keepsPath ? [path] : []),
          ],
        }),
        words.unreadable,
      );
    },
  };
}

const insideOthers = (outer: readonly string[]): string =>
  `The folders of the classes lie in others, such as ${outer.slice(0, 3).join(', ')}: if those are the classes, choose the outermost folder.`;

function emptyClass({ path }: Source, folder: string): Problem {
  return {
    code: 'CLASS_EMPTY',
    message: `The folder ${folder} holds no files, so there is no class of that name.`,
    where: `${path}: ${folder}`,
    fix: 'Put files into it, or delete it.',
  };
}

function noClass({ path }: Source, file: string): Problem {
  return {
    code: 'FILE_UNLABELLED',
    message: `The file ${file} lies beside the folders of the classes. It was left out.`,
    where: `${path}: ${file}`,
    expected: 'a folder that is called like its class',
    fix: 'Move it into the folder of its class, or delete it.',
  };
}

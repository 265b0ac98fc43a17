import { FILE_COLUMN } from '../../core/browse.ts';
import type { Problem } from '../../core/errors.ts';
import { choice, type Fields, type ParamsOf } from '../../core/fields.ts';
import { isArchive, openTree, type FileTree } from './archive.ts';
import type { FileContent } from './file-content.ts';
import { fileRows } from './file-rows.ts';
import { defineFormat, NOT_RECOGNISED, type FormatRecord, type Reader, type RowBatch } from '../format.ts';
import { emptyClasses, labelledFiles, type ClassFolder, type LabelledFile } from './labelled-files.ts';
import type { Source } from './source.ts';

/** What a format of folders says of itself, in which each file is one example. */
export interface FolderWords<F extends Fields> extends Pick<FormatRecord<F>, 'id' | 'title' | 'doc'> {
  readonly content: FileContent<F>;
  /** What is said of a folder without classes, which has no target. */
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
  const { id, title, doc, content } = words;
  const fields: F & typeof classFields = { ...content.fields, ...classFields };
  return defineFormat<F & typeof classFields>({
    id,
    title,
    doc,
    fields,

    async recognise(source) {
      if (!source.folder && !isArchive(source)) return NOT_RECOGNISED;
      const { paths } = await treeOf(source);
      const { files, classes } = labelledFiles(paths, content.fits);
      if (classes.length === 0) {
        const mostly = files.length > paths.length / 2;
        return mostly ? { confidence: LEAST_CONFIDENCE, reasons: [] } : NOT_RECOGNISED;
      }
      // Images with a sound among them are a folder of images.
      const confidence = 0.7 + 0.1 * (files.length / paths.length);
      return { confidence, reasons: [found(files, classes, content)] };
    },

    async detect(source) {
      const tree = await openTree(source);
      try {
        const { files } = labelledFiles(tree.paths, content.fits);
        return await content.detect(
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
  const { content } = words;
  const { paths, emptyFolders } = await treeOf(source);
  const { files, classes, unlabelled } = labelledFiles(paths, content.fits, by);
  const nested = by === 'nearest' ? labelledFiles(paths, content.fits, 'outermost').classes : classes;
  const classed = classes.length > 0;
  return {
    columns: [
      content.column(options),
      ...(classed ? [{ name: 'class', kind: 'category', role: 'target', classes } as const] : []),
      ...(content.keepsPath ? [{ name: FILE_COLUMN, kind: 'identifier', role: 'id' } as const] : []),
    ],
    totalRows: files.length,
    totalWork: files.length,
    reasons: [
      content.reason(options),
      ...partsTold(files),
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
            await content.decode(await tree.read(path), options),
            ...(classed ? [label] : []),
            ...(content.keepsPath ? [path] : []),
          ],
        }),
        content.unreadable,
      );
    },
  };
}

const found = <F extends Fields>(
  files: readonly LabelledFile[],
  classes: readonly string[],
  { noun }: FileContent<F>,
): string => `It holds ${files.length} ${noun}s of ${classes.length} classes.`;

function partsTold(files: readonly LabelledFile[]): string[] {
  const parts = new Set(files.flatMap(({ split }) => split ?? []));
  return parts.size > 0 ? [`Folders named ${[...parts].join(', ')} decide the part of each file.`] : [];
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

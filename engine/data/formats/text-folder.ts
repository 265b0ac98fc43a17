import { basename, dirname } from 'node:path/posix';
import { defineFormat, NOT_RECOGNISED } from '../format.ts';
import { openTree, type FileTree } from '../sources/archive.ts';
import { sampled } from '../sources/file-rows.ts';
import { folderFormat } from '../sources/folder-format.ts';
import { labelledFiles, type LabelledFiles } from '../sources/labelled-files.ts';
import { headText } from '../sources/text.ts';
import { textContent } from '../sources/text-files.ts';
import { splitIn } from '../splits/split-names.ts';

/** Texts that are looked at. */
const SAMPLED = 16;
/** Share of a folder's files that are texts, and of the signs of a text that are letters. */
const MOSTLY = 0.8;
const LETTERS = 0.5;

const folder = folderFormat({
  id: 'text-folder',
  title: 'Folder of texts',
  doc:
    'A folder or archive of text files, one folder per class, as in 20 Newsgroups or the IMDB reviews: each file is an example. Folders called ' +
    'train and test are parts; what lies in folders called unsup or unlabeled has no class and is left out. Encodings are found file by file.',
  content: textContent,
  classless: {
    code: 'TEXTS_NO_CLASSES',
    message: 'The texts have no classes: they are read alone, without a target.',
    expected: 'a folder of texts for each of several classes',
    fix: 'Where there are classes, choose the folder above theirs.',
  },
});

export default defineFormat({
  ...folder,

  async recognise(source) {
    const recognition = await folder.recognise(source);
    if (recognition.confidence === 0) return NOT_RECOGNISED;
    const tree = await openTree(source);
    try {
      const found = labelledFiles(tree.paths, textContent.fits);
      return areDocuments(tree, found) && (await areTexts(tree, found)) ? recognition : NOT_RECOGNISED;
    } finally {
      tree.close();
    }
  },
});

/** Several files for each folder that is called like a class; not tables, or the parts of several data sets. */
function areDocuments({ paths }: FileTree, { files, classes, unlabelled }: LabelledFiles): boolean {
  const inFolder = files.every(({ path, label }) => label !== '' && dirname(path).split('/').includes(label));
  const parts = files.filter(({ path }) => splitIn(basename(path))).length;
  return (
    inFolder &&
    files.length >= 2 * classes.length &&
    files.length + unlabelled.length >= MOSTLY * paths.length &&
    parts < files.length / 2
  );
}

async function areTexts(tree: FileTree, { files }: LabelledFiles): Promise<boolean> {
  const read = await Promise.all(
    sampled(files, SAMPLED).map(async ({ path }) => {
      const { head } = await tree.source(path);
      const text = headText(head).replace(/\s/g, '');
      const letters = text.match(/\p{L}/gu)?.length ?? 0;
      return text === '' || (!text.includes('\0') && letters >= LETTERS * text.length);
    }),
  );
  return read.filter(Boolean).length >= MOSTLY * read.length;
}

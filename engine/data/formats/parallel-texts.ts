import { basename } from 'node:path/posix';
import type { Split } from '../../core/dataset.ts';
import { StrataError, type Problem } from '../../core/errors.ts';
import { defineFormat, NOT_RECOGNISED, type Reader, type RowBatch } from '../format.ts';
import { isArchive, openTree } from '../sources/archive.ts';
import { lineProblem } from '../sources/line-rows.ts';
import { ABOUT } from '../sources/parts.ts';
import type { Source } from '../sources/source.ts';
import { linesOf, textOf } from '../sources/text.ts';
import { splitIn } from '../splits/split-names.ts';
import { BATCH_ROWS } from '../tables/typed-table.ts';

export default defineFormat({
  id: 'parallel-texts',
  title: 'Texts in two languages',
  doc:
    'A folder or archive with a file for each of two languages, whose lines are translations of each other, as `train.de` and `train.en` of ' +
    'Multi30k, WMT or OPUS. Pairs of files called after parts are the parts of the data set.',
  fields: {},

  async recognise(source) {
    if (!source.folder && !isArchive(source)) return NOT_RECOGNISED;
    const found = await pairsIn(source);
    if (!found) return NOT_RECOGNISED;
    return { confidence: 0.85, reasons: [`Its files are texts in ${found.languages.join(' and ')}.`] };
  },

  detect: async () => ({}),

  async open(source) {
    const found = await pairsIn(source);
    if (!found) throw noPairs(source);
    return openPairs(source, found);
  },
});

/** Files that say the same in two languages, line by line. */
interface Pair {
  readonly paths: readonly [string, string];
  readonly split: Split | null;
}

interface Pairs {
  readonly languages: readonly [string, string];
  readonly pairs: readonly Pair[];
}

/** A name before the code of a language. */
const NAME = /^(.+)\.([a-z]{2,3}(?:[-_][a-z]{2,4})?)$/i;

/** A folder may hold a million files of one ending, and asking takes a while. */
const known = new Map<string, boolean>();

function isLanguage(code: string): boolean {
  if (!known.has(code)) known.set(code, isNamed(code.replace('_', '-')));
  return known.get(code)!;
}

function isNamed(code: string): boolean {
  try {
    const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
    return names.of(code) !== undefined;
  } catch {
    return false;
  }
}

/** Undefined where the files are not in two languages each. */
async function pairsIn(source: Source): Promise<Pairs | undefined> {
  const tree = await openTree(source);
  tree.close();
  const named = tree.paths.flatMap((path) => {
    const [, stem, code] = NAME.exec(path.replace(/\.gz$/i, '')) ?? [];
    return !ABOUT.test(basename(path)) && code !== undefined && isLanguage(code)
      ? [{ path, stem, code: code.toLowerCase() }]
      : [];
  });
  const codes = [...new Set(named.map(({ code }) => code))].sort();
  const stems = [...Map.groupBy(named, ({ stem }) => stem)];
  if (codes.length !== 2 || stems.some(([, files]) => files.length !== 2)) return undefined;
  const pairs = stems.map(([stem, files]): Pair => {
    const [first, second] = codes.map((code) => files.find((file) => file.code === code)!.path);
    return { paths: [first, second], split: splitIn(basename(stem)) ?? null };
  });
  return { languages: [codes[0], codes[1]], pairs };
}

function openPairs(source: Source, { languages: [from, to], pairs }: Pairs): Reader {
  return {
    columns: [
      { name: from, kind: 'text', role: 'input' },
      { name: to, kind: 'text', role: 'target' },
    ],
    totalRows: null,
    totalWork: pairs.length,
    reasons: pairs.map(
      ({ paths, split }) => `${paths.join(' and ')} say the same${split ? `, for ${split}` : ''}.`,
    ),
    warnings: [],
    async *rows(): AsyncIterable<RowBatch> {
      const tree = await openTree(source);
      try {
        for (const [done, { paths, split }] of pairs.entries()) {
          const files = [await tree.source(paths[0]), await tree.source(paths[1])] as const;
          for await (const { rows, problems } of linePairs(files))
            yield { rows, splits: rows.map(() => split), problems, done };
        }
      } finally {
        tree.close();
      }
    },
  };
}

type Lines = Pick<RowBatch, 'problems'> & { readonly rows: readonly (readonly [string, string])[] };

/** Lines at the same place of two files. Throws `PARALLEL_LENGTHS` where one has more of them: nobody knows then which belong together. */
async function* linePairs(files: readonly [Source, Source]): AsyncIterable<Lines> {
  const [first, second] = files.map((file) => linesOf(textOf(file).text, file.path)[Symbol.asyncIterator]());
  let rows: [string, string][] = [];
  let problems: Problem[] = [];
  for (let number = 1; ; number++) {
    const [one, other] = [await first.next(), await second.next()];
    if (one.done && other.done) break;
    if (one.done || other.done) throw unequal(files, number - 1, one.done ? files[0] : files[1]);
    const [text, translation] = [String(one.value).trim(), String(other.value).trim()];
    if (text !== '' && translation !== '') rows.push([text, translation]);
    else if (text !== translation)
      problems.push(
        lineProblem(text === '' ? files[0] : files[1], number, '', 'a sentence, as in the other file'),
      );
    if (rows.length < BATCH_ROWS) continue;
    yield { rows, problems };
    [rows, problems] = [[], []];
  }
  yield { rows, problems };
}

function unequal(files: readonly [Source, Source], lines: number, shorter: Source): StrataError {
  return new StrataError({
    code: 'PARALLEL_LENGTHS',
    message: 'The files of two languages do not have the same number of lines, so they do not say the same.',
    where: files.map(({ path }) => path).join(' and '),
    got: `${shorter.name} ends after ${lines} lines`,
    expected: 'a translation at the same line of the other file',
    fix: 'Download or copy both again, or bring their lines together.',
  });
}

function noPairs({ path }: Source): StrataError {
  return new StrataError({
    code: 'PARALLEL_NONE',
    message: 'There are no texts in two languages here.',
    where: path,
    expected:
      'two files that are called alike but for the code of their language, such as train.de and train.en',
    fix: 'Choose the folder that they are in, or rename them.',
  });
}

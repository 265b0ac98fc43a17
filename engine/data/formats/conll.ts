import type { Problem } from '../../core/errors.ts';
import { choice, int, type ParamsOf } from '../../core/fields.ts';
import { defineFormat, NOT_RECOGNISED, type Reader, type RowBatch } from '../format.ts';
import type { Source } from '../sources/source.ts';
import { firstLines, linesOf, textOf } from '../sources/text.ts';
import { BATCH_ROWS } from '../tables/typed-table.ts';

const fields = {
  tag: int({
    label: 'Tag column',
    help: 'Which column of a line is the tag, counted from 1; 0: the last one.',
    default: 0,
    min: 0,
  }),
  scheme: choice({
    label: 'Beginnings',
    help: 'How the first token of an entity is marked: always with B- (IOB2), or only right behind another entity (IOB1).',
    default: 'as-is' as 'as-is' | 'iob2',
    options: [
      { value: 'as-is', label: 'as they stand' },
      { value: 'iob2', label: 'turned into IOB2' },
    ],
  }),
};
type Options = ParamsOf<typeof fields>;

export default defineFormat({
  id: 'conll',
  title: 'Tagged tokens (CoNLL)',
  doc:
    'One token per line with its tag behind it, sentences parted by empty lines, as in the CoNLL tasks (Tjong Kim Sang & De Meulder, ' +
    '2003). A row is a sentence: its tokens, and a tag for each.',
  fields,

  async recognise(source) {
    const lines = firstLines(source, 2000);
    const widths = new Set(lines.filter(isToken).map((line) => columnsOf(line).length));
    const blank = /\n[ \t]*\r?\n/.test(source.head.subarray(0, 65_536).toString('latin1'));
    const width = [...widths][0];
    if (source.folder || !blank || widths.size !== 1 || width < 2 || lines.length < 3) return NOT_RECOGNISED;
    return {
      confidence: 0.8,
      reasons: [`It has ${width} columns per token, and empty lines between sentences.`],
    };
  },

  detect: async (source) => ({ scheme: isIob1(firstLines(source, 5000)) ? 'iob2' : 'as-is' }) as const,

  async open(source, options) {
    return openSentences(source, options);
  },
});

/** Comments and marks of documents are no tokens; a hashtag is one. */
const isToken = (line: string): boolean =>
  !(line.startsWith('# ') && !line.includes('\t')) && !line.startsWith('-DOCSTART-');

const columnsOf = (line: string): string[] => line.trim().split(line.includes('\t') ? '\t' : /\s+/);

/** An entity that begins with I- behind no entity is told so only in IOB1. */
function isIob1(lines: readonly string[]): boolean {
  let before = 'O';
  for (const line of lines.filter(isToken)) {
    const tag = columnsOf(line).at(-1) ?? 'O';
    if (tag.startsWith('I-') && before === 'O') return true;
    before = tag;
  }
  return false;
}

interface Token {
  readonly text: string;
  readonly tag: string;
}

function openSentences(source: Source, options: Options): Reader {
  return {
    columns: [
      { name: 'tokens', kind: 'text', role: 'input', options: { lowerCase: false } },
      { name: 'tags', kind: 'tags', role: 'target' },
    ],
    totalRows: null,
    totalWork: source.bytes,
    reasons: [
      ...(options.scheme === 'iob2'
        ? ['Entities are marked as in IOB1; their beginnings are turned into IOB2.']
        : []),
      'Let the loss ignore index 0, which fills up short sentences.',
    ],
    warnings: [],
    rows: () => readSentences(source, options),
  };
}

async function* readSentences(source: Source, options: Options): AsyncIterable<RowBatch> {
  const { text, read } = textOf(source);
  let rows: (readonly [string[], string[]])[] = [];
  let problems: Problem[] = [];
  let sentence: Token[] = [];
  let number = 0;
  const end = (): void => {
    if (sentence.length > 0) rows.push(rowOf(sentence, options));
    sentence = [];
  };
  for await (const line of linesOf(text, source.path)) {
    number++;
    if (line.trim() === '') end();
    else if (isToken(line)) {
      const columns = columnsOf(line);
      const tag = options.tag === 0 ? columns.at(-1) : columns[options.tag - 1];
      if (columns.length < 2 || tag === undefined) problems.push(noTag(source.path, number, line));
      else sentence.push({ text: columns[0], tag });
    }
    if (rows.length < BATCH_ROWS) continue;
    yield { rows, problems, done: read() };
    [rows, problems] = [[], []];
  }
  end();
  yield { rows, problems, done: source.bytes };
}

function rowOf(sentence: readonly Token[], { scheme }: Options): readonly [string[], string[]] {
  const tags = sentence.map(({ tag }, at) =>
    scheme === 'iob2' && begins(tag, sentence[at - 1]?.tag ?? 'O') ? `B-${tag.slice(2)}` : tag,
  );
  return [sentence.map(({ text }) => text), tags];
}

const begins = (tag: string, before: string): boolean =>
  tag.startsWith('I-') && (before === 'O' || before.slice(2) !== tag.slice(2));

function noTag(path: string, line: number, got: string): Problem {
  return {
    code: 'CONLL_TAG',
    message: `Line ${line} has a token without a tag. It was left out.`,
    where: `${path}, line ${line}`,
    got: got.slice(0, 80),
    expected: 'a token and its tag, parted by a tab or spaces',
    fix: 'Correct the line, or choose another tag column.',
  };
}

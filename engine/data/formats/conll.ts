import type { Problem } from '../../core/errors.ts';
import { choice, int, type ParamsOf } from '../../core/fields.ts';
import { defineFormat, NOT_RECOGNISED, type Reader, type RowBatch } from '../format.ts';
import type { Source } from '../sources/source.ts';
import { firstLines, linesOf, textOf } from '../sources/text.ts';
import { usualWidth } from '../tables/dialect.ts';
import { BATCH_ROWS } from '../tables/typed-table.ts';

const fields = {
  token: int({
    label: 'Token column',
    help: 'Which column of a line is the token, counted from 1.',
    default: 1,
    min: 1,
  }),
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

/** Lines that are looked at. */
const SAMPLE_LINES = 5000;
/** Share of them that must have as many columns as most. */
const MOSTLY_EVEN = 0.95;

export default defineFormat({
  id: 'conll',
  title: 'Tagged tokens (CoNLL)',
  doc:
    'One token per line with its tag behind it, sentences parted by empty lines, as in the CoNLL tasks (Tjong Kim Sang & De Meulder, ' +
    '2003) and Universal Dependencies (CoNLL-U). A row is a sentence: its tokens, and a tag for each.',
  fields,

  async recognise(source) {
    const lines = firstLines(source, SAMPLE_LINES);
    const { tokens, width, even } = layoutOf(lines);
    // Numbers in blocks are a table for a plotting program.
    const measured = tokens.every((columns) => Number.isFinite(Number(columns.at(-1))));
    const blank = /\n[ \t]*\r?\n/.test(source.head.subarray(0, 65_536).toString('latin1'));
    if (source.folder || !blank || measured || width < 2 || even < MOSTLY_EVEN || tokens.length < 3)
      return NOT_RECOGNISED;
    return {
      confidence: 0.8,
      reasons: [`It has ${width} columns per token, and empty lines between sentences.`],
    };
  },

  async detect(source, given) {
    const { tokens, width } = layoutOf(firstLines(source, SAMPLE_LINES));
    const { token, tag } = { ...columnsIn(tokens, width), ...given } as Columns;
    return {
      token,
      tag,
      scheme: isIob1(tokens.map((columns) => tagIn(columns, tag))) ? 'iob2' : 'as-is',
    } as const;
  },

  async open(source, options) {
    return openSentences(source, options);
  },
});

type Columns = Pick<Options, 'token' | 'tag'>;

interface Layout {
  /** The columns of the tokens that have as many as most. */
  readonly tokens: readonly (readonly string[])[];
  readonly width: number;
  /** Share of the lines that have so many. */
  readonly even: number;
}

function layoutOf(lines: readonly string[]): Layout {
  const all = lines.filter((line) => !/^(-DOCSTART-|#[ \t])/.test(line)).map(columnsOf);
  const width = usualWidth(all);
  const tokens = all.filter((columns) => columns.length === width);
  return { tokens, width, even: tokens.length / Math.max(1, all.length) };
}

/** Between tabs a token may have spaces, or be one. */
const columnsOf = (line: string): string[] =>
  line.includes('\t') ? line.replace(/\t+$/, '').split('\t') : line.trim().split(/\s+/);

/**
 * Comments and marks of documents are no tokens. The sign # is one where it has a tag: no lower-case word, and not behind `key =`.
 */
function isToken(line: string, columns: readonly string[], width: number): boolean {
  if (line.startsWith('-DOCSTART-')) return false;
  if (!/^#[ \t]/.test(line)) return true;
  return columns.length === width && !/^# ?\S+ = /.test(line) && !/^\p{Ll}/u.test(columns.at(-1) ?? '');
}

/** Numbers of a sentence's tokens, and those of CoNLL-U for several in one, and for one that is not written. */
const NUMBER = /^\d+([-.]\d+)?$/;
const NO_WORD = /^\d+[-.]\d+$/;
const TAG = /^(O|[BIESLU]-\S+)$/;
/** Columns of CoNLL-U: the word, and its part of speech. */
const CONLLU = { width: 10, token: 2, tag: 4 };

/** Where tokens and tags stand: tags may be in front, and numbers, too. The last column says nothing where it says the same everywhere. */
function columnsIn(tokens: Layout['tokens'], width: number): Columns {
  const column = (at: number) => new Set(tokens.map((columns) => columns[at - 1]));
  const every = (at: number, form: RegExp) => [...column(at)].every((text) => form.test(text));
  const numbered = width > 2 && every(1, NUMBER);
  if (numbered && width === CONLLU.width && column(CONLLU.tag).size > 1) return CONLLU;
  if (every(1, TAG) && column(1).size > 1 && !every(width, TAG)) return { token: width, tag: 1 };
  const token = numbered ? 2 : 1;
  let tag = width;
  while (tag > token && column(tag).size < 2) tag--;
  return { token, tag: tag === width || tag === token ? 0 : tag };
}

const tagIn = (columns: readonly string[], tag: number): string =>
  (tag === 0 ? columns.at(-1) : columns[tag - 1]) ?? 'O';

/** An entity that begins with I- behind no entity is told so only in IOB1. */
function isIob1(tags: readonly string[]): boolean {
  return tags.some((tag, at) => tag.startsWith('I-') && (tags[at - 1] ?? 'O') === 'O');
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
      ...(options.token > 1 || options.tag > 0 ? [placesOf(options)] : []),
      ...(options.scheme === 'iob2'
        ? ['Entities are marked as in IOB1; their beginnings are turned into IOB2.']
        : []),
      'Let the loss ignore index 0, which fills up short sentences.',
    ],
    warnings: [],
    rows: () => readSentences(source, options),
  };
}

const placesOf = ({ token, tag }: Columns): string =>
  `Column ${token} is the token, ${tag === 0 ? 'the last one' : `column ${tag}`} its tag.`;

async function* readSentences(source: Source, options: Options): AsyncIterable<RowBatch> {
  const { text, read } = textOf(source);
  let rows: (readonly [string[], string[]])[] = [];
  let problems: Problem[] = [];
  let sentence: Token[] = [];
  let number = 0;
  const { width } = layoutOf(firstLines(source, SAMPLE_LINES));
  const end = (): void => {
    if (sentence.length > 0) rows.push(rowOf(sentence, options));
    sentence = [];
  };
  for await (const line of linesOf(text, source.path)) {
    number++;
    if (line.trim() === '') end();
    else {
      const columns = columnsOf(line);
      if (!isToken(line, columns, width)) continue;
      if (columns.length !== width) problems.push(uneven(source.path, number, line, width));
      // CoNLL-U has lines for several words in one, and for words that are not written.
      else if (options.token === 1 || !NO_WORD.test(columns[0]))
        sentence.push({ text: columns[options.token - 1] ?? '', tag: tagIn(columns, options.tag) });
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

function uneven(path: string, line: number, got: string, width: number): Problem {
  return {
    code: 'CONLL_TAG',
    message: `Line ${line} is no token with a tag as the others are. It was left out.`,
    where: `${path}, line ${line}`,
    got: got.slice(0, 80),
    expected: `${width} columns, parted by a tab or spaces`,
    fix: 'Correct the line.',
  };
}

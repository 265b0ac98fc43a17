import { choice, int, type ParamsOf } from '../../core/fields.ts';
import { defineFormat, NOT_RECOGNISED, type Reader, type RowBatch } from '../format.ts';
import { encodingField } from '../sources/encodings.ts';
import type { Source } from '../sources/source.ts';
import { encodingOf, firstLines, headText, linesOf, textOf } from '../sources/text.ts';
import { BATCH_ROWS } from '../tables/typed-table.ts';

const fields = {
  unit: choice({
    label: 'A row is',
    help: 'What becomes one example.',
    default: 'line' as 'line' | 'paragraph' | 'piece',
    options: [
      { value: 'line', label: 'a line' },
      { value: 'paragraph', label: 'a paragraph', help: 'Lines up to the next empty one.' },
      {
        value: 'piece',
        label: 'a piece of fixed length',
        help: 'For models that write on: the whole file, cut.',
      },
    ],
  }),
  length: int({
    label: 'Length of a piece',
    help: 'Characters of a piece; the last one, which is shorter, is left out.',
    default: 128,
    min: 2,
    max: 65_536,
  }),
  encoding: encodingField,
};
type Options = ParamsOf<typeof fields>;

/** Words of a line, on average, where lines are text. */
const PROSE_WORDS = 3;

export default defineFormat({
  id: 'plain-text',
  title: 'Plain text',
  doc:
    'A text file. Each line, paragraph or piece of fixed length is a row with one column, which has no target: a model can learn to ' +
    'write on, or to give the text back.',
  fields,

  async recognise(source) {
    const lines = firstLines(source, 1000);
    if (lines.length === 0 || source.head.subarray(0, 1024).includes(0)) return NOT_RECOGNISED;
    const words = lines.reduce((sum, line) => sum + line.trim().split(/\s+/).length, 0);
    if (words < PROSE_WORDS * lines.length) return NOT_RECOGNISED;
    return { confidence: 0.3, reasons: ['Its lines are sentences or verses.'] };
  },

  async detect(source) {
    const text = headText(source.head);
    return { unit: /\n\s*\n/.test(text) ? 'piece' : 'line' } as const;
  },

  async open(source, options) {
    return openText(source, options);
  },
});

function openText(source: Source, options: Options): Reader {
  const pieces = options.unit === 'piece';
  const settings = pieces ? { tokenizer: 'characters', length: options.length, lowerCase: false } : {};
  return {
    columns: [{ name: 'text', kind: 'text', role: 'input', options: settings }],
    totalRows: null,
    totalWork: source.bytes,
    reasons: pieces ? [`The text is cut into pieces of ${options.length} characters.`] : [],
    warnings: [],
    async *rows(): AsyncIterable<RowBatch> {
      const { text, read } = textOf(source, encodingOf(source, options.encoding));
      let rows: [string][] = [];
      for await (const row of UNITS[options.unit](text, source.path, options.length)) {
        if (rows.push([row]) < BATCH_ROWS) continue;
        yield { rows, problems: [], done: read() };
        rows = [];
      }
      yield { rows, problems: [], done: source.bytes };
    },
  };
}

type Cut = (text: AsyncIterable<string>, where: string, length: number) => AsyncIterable<string>;

const UNITS: Readonly<Record<Options['unit'], Cut>> = {
  async *line(text, where) {
    for await (const line of linesOf(text, where)) if (line.trim() !== '') yield line.trim();
  },
  async *paragraph(text, where) {
    let lines: string[] = [];
    for await (const line of linesOf(text, where)) {
      if (line.trim() !== '') lines.push(line.trim());
      else if (lines.length > 0) {
        yield lines.join('\n');
        lines = [];
      }
    }
    if (lines.length > 0) yield lines.join('\n');
  },
  async *piece(text, _, length) {
    // By code points, as the tokenizer of characters counts.
    let rest: string[] = [];
    for await (const chunk of text) {
      rest = rest.concat(Array.from(chunk.replaceAll('\r\n', '\n')));
      let start = 0;
      for (; start + length <= rest.length; start += length) yield rest.slice(start, start + length).join('');
      rest = rest.slice(start);
    }
  },
};

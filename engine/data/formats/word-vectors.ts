import { StrataError } from '../../core/errors.ts';
import { defineFormat, NOT_RECOGNISED, type Reader } from '../format.ts';
import { lineProblem, lineRows } from '../sources/line-rows.ts';
import type { Source } from '../sources/source.ts';
import { firstLines } from '../sources/text.ts';

const SAMPLE_LINES = 20;
/** Shorter rows of numbers are more likely a table. */
const FEWEST = 8;
/** The number of words and of dimensions, on the first line of word2vec's files; GloVe's have none. */
const HEADER = /^\d+ \d+\s*$/;

export default defineFormat({
  id: 'word-vectors',
  title: 'Word vectors',
  doc: 'A word and its vector on each line, with spaces between the numbers: the text files of word2vec, fastText and GloVe.',
  fields: {},

  async recognise(source) {
    const lines = firstLines(source, SAMPLE_LINES);
    const width = dimensionsOf(lines);
    if (source.folder || lines.length < 3 || width === 0) return NOT_RECOGNISED;
    return { confidence: 0.85, reasons: [`Its lines are words with ${width} numbers each.`] };
  },

  detect: async () => ({}),

  async open(source) {
    return openVectors(source);
  },
});

function openVectors(source: Source): Reader {
  const lines = firstLines(source, SAMPLE_LINES);
  const width = dimensionsOf(lines);
  if (width === 0) throw noVectors(source);
  return {
    columns: [
      { name: 'word', kind: 'identifier', role: 'id' },
      { name: 'vector', kind: 'tensor', role: 'input', shape: [width] },
    ],
    totalRows: HEADER.test(lines[0]) ? Number(lines[0].split(' ')[0]) : null,
    totalWork: source.bytes,
    reasons: [],
    warnings: [],
    rows: () =>
      lineRows(source, (line, number) => {
        if (line.trim() === '' || (number === 1 && HEADER.test(line))) return null;
        const [word, ...numbers] = line.trimEnd().split(' ');
        const vector = Float32Array.from(numbers, Number);
        return word !== '' && vector.length === width && vector.every(Number.isFinite)
          ? [word, vector]
          : lineProblem(source, number, line, `a word and ${width} numbers`);
      }),
  };
}

/** How many numbers stand behind every word; 0 where the lines are something else. */
function dimensionsOf(lines: readonly string[]): number {
  const words = (HEADER.test(lines[0] ?? '') ? lines.slice(1) : lines).map((line) =>
    line.trimEnd().split(' '),
  );
  const width = (words[0]?.length ?? 0) - 1;
  const alike = words.every(
    ([word, ...numbers]) => word !== '' && numbers.length === width && numbers.every(isNumber),
  );
  // Rows of nothing but numbers are a table.
  return width >= FEWEST && alike && words.some(([word]) => !isNumber(word)) ? width : 0;
}

const isNumber = (text: string): boolean => text !== '' && Number.isFinite(Number(text));

function noVectors({ path }: Source): StrataError {
  return new StrataError({
    code: 'VECTORS_NONE',
    message: 'The file holds no word vectors.',
    where: path,
    expected: 'lines of a word and its numbers, as many on each line',
    fix: 'Choose another format.',
  });
}

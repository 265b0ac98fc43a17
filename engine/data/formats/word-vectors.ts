import { StrataError, type Problem } from '../../core/errors.ts';
import { defineFormat, NOT_RECOGNISED, type Reader } from '../format.ts';
import { lineProblem, lineRows } from '../sources/line-rows.ts';
import type { Source } from '../sources/source.ts';
import { firstLines } from '../sources/text.ts';
import { usualWidth } from '../tables/dialect.ts';

const SAMPLE_LINES = 20;
/** Shorter rows of numbers are more likely a table. */
const FEWEST = 8;
/** Share of them that must have as many numbers as most. */
const MOSTLY_EVEN = 0.9;
/** The number of words and of dimensions, on the first line of word2vec's files; GloVe's have none. */
const HEADER = /^(\d+)[ \t]\d+\s*$/;

export default defineFormat({
  id: 'word-vectors',
  title: 'Word vectors',
  doc: 'A word and its vector on each line, with spaces or tabs between the numbers: the text files of word2vec, fastText and GloVe.',
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
  const promised = Number(HEADER.exec(lines[0])?.[1] ?? NaN);
  return {
    columns: [
      { name: 'word', kind: 'identifier', role: 'id' },
      { name: 'vector', kind: 'tensor', role: 'input', shape: [width] },
    ],
    totalRows: Number.isNaN(promised) ? null : promised,
    totalWork: source.bytes,
    reasons: [],
    warnings: [],
    async *rows() {
      let seen = 0;
      const read = (line: string, number: number) => {
        if (line.trim() === '' || (number === 1 && HEADER.test(line))) return null;
        seen++;
        return entryOf(line, width) ?? lineProblem(source, number, line, `a word and ${width} numbers`);
      };
      yield* lineRows(source, read);
      if (promised > seen) yield { rows: [], problems: [fewer(source, seen, promised)], done: source.bytes };
    },
  };
}

const partsOf = (line: string): string[] => line.trimEnd().split(/[ \t]/);

/** A word and its numbers, which stand last: some words have spaces, but none are numbers that are one too many. */
function entryOf(line: string, width: number): [string, Float32Array] | undefined {
  const parts = partsOf(line);
  const words = parts.slice(0, -width);
  const numbers = parts.slice(-width);
  if (words.length === 0 || words[0] === '' || (words.length > 1 && isNumber(words.at(-1)!)))
    return undefined;
  // Each text is read once: there may be a hundred million.
  const vector = Float32Array.from(numbers, Number);
  return vector.every(Number.isFinite) && !numbers.includes('') ? [words.join(' '), vector] : undefined;
}

/** How many numbers stand behind every word; 0 where the lines are something else. */
function dimensionsOf(lines: readonly string[]): number {
  const entries = HEADER.test(lines[0] ?? '') ? lines.slice(1) : lines;
  const width = usualWidth(entries.map(partsOf)) - 1;
  // Rows of nothing but numbers are a table.
  const words = entries.map((line) => entryOf(line, width)?.[0]).filter((word) => word !== undefined);
  const even = words.length >= MOSTLY_EVEN * entries.length;
  return width >= FEWEST && even && words.some((word) => !isNumber(word)) ? width : 0;
}

const isNumber = (text: string): boolean => text !== '' && Number.isFinite(Number(text));

function fewer({ path }: Source, got: number, promised: number): Problem {
  return {
    code: 'VECTORS_FEWER',
    message: 'The file has fewer words than its first line promises.',
    where: path,
    got: `${got} words`,
    expected: `${promised} words`,
    fix: 'If it was cut off, download or copy it again.',
  };
}

function noVectors({ path }: Source): StrataError {
  return new StrataError({
    code: 'VECTORS_NONE',
    message: 'The file holds no word vectors.',
    where: path,
    expected: 'lines of a word and its numbers, as many on each line',
    fix: 'Choose another format.',
  });
}

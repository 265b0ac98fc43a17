import { defineFormat, NOT_RECOGNISED } from '../format.ts';
import { lineProblem, lineRows } from '../sources/line-rows.ts';
import type { Source } from '../sources/source.ts';
import { firstLines } from '../sources/text.ts';

const SAMPLE_LINES = 1000;
/** Share of the lines that must be ratings. */
const MOSTLY = 0.95;
/** Ratings that there can be: half stars, or ten points. */
const MOST_RATINGS = 21;
const DELIMITERS = ['::', '\t', ',', ';', ' '];

export default defineFormat({
  id: 'ratings',
  title: 'Ratings of items by users',
  doc:
    'A user, an item, a rating and the seconds since 1970 on each line without names of columns, as in MovieLens (Harper & Konstan, 2015) and ' +
    'the reviews of Amazon. With names of columns it is a table like any other.',
  fields: {},

  async recognise(source) {
    const lines = firstLines(source, SAMPLE_LINES);
    const delimiter = delimiterOf(source);
    if (source.folder || lines.length < 3 || delimiter === undefined) return NOT_RECOGNISED;
    const rows = lines.map((line) => line.trim().split(delimiter)).filter(isRating);
    const [users, items, ratings] = [0, 1, 2].map((at) => new Set(rows.map((row) => row[at])).size);
    const again = users < rows.length && items < rows.length;
    if (rows.length < MOSTLY * lines.length || !again || ratings > MOST_RATINGS) return NOT_RECOGNISED;
    return {
      confidence: 0.8,
      reasons: ['Its lines are users, items, their ratings and when they were given.'],
    };
  },

  detect: async () => ({}),

  async open(source) {
    const delimiter = delimiterOf(source) ?? '\t';
    return {
      columns: [
        { name: 'user', kind: 'category', role: 'input' },
        { name: 'item', kind: 'category', role: 'input' },
        { name: 'rating', kind: 'number', role: 'target' },
        { name: 'time', kind: 'date', role: 'time', options: { numbers: 'seconds' } },
      ],
      totalRows: null,
      totalWork: source.bytes,
      reasons: [],
      warnings: [],
      rows: () =>
        lineRows(source, (line, number) => {
          if (line.trim() === '') return null;
          const row = line.trim().split(delimiter);
          return isRating(row)
            ? row
            : lineProblem(source, number, line, 'a user, an item, a rating and a time');
        }),
    };
  },
});

/** What divides the first line into four values. */
function delimiterOf(source: Source): string | undefined {
  const [first = ''] = firstLines(source, 1);
  return DELIMITERS.find((delimiter) => isRating(first.trim().split(delimiter)));
}

/** A time lies between 1995 and 2065; names and ratings are one word. */
function isRating(parts: readonly string[]): boolean {
  const [user, item, rating, time] = parts;
  return (
    parts.length === 4 &&
    /^\S+$/.test(user) &&
    /^\S+$/.test(item) &&
    /^-?\d+(\.\d+)?$/.test(rating) &&
    /^([89]|[12]\d)\d{8}$/.test(time)
  );
}

import { defineFormat, NOT_RECOGNISED } from '../format.ts';
import { lineProblem, lineRows } from '../sources/line-rows.ts';
import type { Source } from '../sources/source.ts';
import { firstLines } from '../sources/text.ts';
import { signOf } from '../tables/delimiters.ts';
import { detectDelimiter } from '../tables/detect-dialect.ts';

const SAMPLE_LINES = 1000;
/** Share of the lines that must be ratings. */
const MOSTLY = 0.95;
/** Ratings that there can be: half stars, or ten points. */
const MOST_RATINGS = 21;

export default defineFormat({
  id: 'ratings',
  title: 'Ratings of items by users',
  doc:
    'A user, an item, a rating and the seconds since 1970 on each line without names of columns, as in MovieLens (Harper & Konstan, 2015) and ' +
    'the reviews of Amazon. With names of columns it is a table like any other.',
  fields: {},

  async recognise(source) {
    const lines = firstLines(source, SAMPLE_LINES);
    if (source.folder || lines.length < 3) return NOT_RECOGNISED;
    const delimiter = delimiterOf(source);
    const all = lines.map((line) => line.trim().split(delimiter));
    // Names of columns make it a table like any other.
    if (!isRating(all[0])) return NOT_RECOGNISED;
    const rows = all.filter(isRating);
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
    const delimiter = delimiterOf(source);
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

const delimiterOf = (source: Source): string =>
  signOf(detectDelimiter(firstLines(source, SAMPLE_LINES).join('\n')));

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

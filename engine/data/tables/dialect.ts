import { CR, CsvScanner, LF, type Marks } from './csv-scanner.ts';
import { signOf, type Division } from './delimiters.ts';

/** How a table in text is written: what parts its values, what quotation marks mean, what stands before it. */

export type Quotes = 'hold' | 'plain';

export interface Dialect extends Division {
  readonly quotes: Quotes;
  /** Rows before the table. */
  readonly skip: number;
}

/** Rows that a look at the beginning of a table sees. */
export const SAMPLE_ROWS = 1000;

/** How the bytes of a table are divided that begins with `text`. */
export function marksOf({ delimiter, sign, quotes }: Dialect, text: string): Marks {
  return {
    delimiter: Buffer.from(signOf({ delimiter, sign })),
    quoted: quotes === 'hold',
    newline: text.includes('\r') && !text.includes('\n') ? CR : LF,
  };
}

/** Whole lines of a head, without the last one where the head may have cut it. */
export function wholeLines(text: string): string {
  const end = text.lastIndexOf('\n');
  return end > 0 && text.length > 200_000 ? text.slice(0, end) : text;
}

/** The rows of a text, at most `SAMPLE_ROWS`. What stands behind a quotation mark that is never closed is left away; the import tells of it. */
export function cellsOf(text: string, dialect: Dialect): string[][] {
  const marks = marksOf(dialect, text);
  const bytes = Buffer.from(`${text}${String.fromCharCode(marks.newline)} `);
  const scanner = new CsvScanner(marks);
  scanner.read(bytes, bytes.length - 1);
  const rows: string[][] = [];
  while (rows.length < dialect.skip + SAMPLE_ROWS && scanner.next() > 0) {
    rows.push(
      Array.from({ length: scanner.values }, (_, value) =>
        bytes.toString('utf8', scanner.notes.starts[value], scanner.notes.ends[value]),
      ),
    );
    scanner.values = 0;
  }
  // A quotation mark in the first row that is never closed holds nothing together.
  if (rows.length === 0 && dialect.quotes === 'hold') return cellsOf(text, { ...dialect, quotes: 'plain' });
  return rows.slice(dialect.skip);
}

/** Values of most rows. */
export const usualWidth = (cells: readonly (readonly string[])[]): number =>
  mostFrequent(cells.map((row) => row.length));

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [1, 0])[0];
}

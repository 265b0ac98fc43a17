import { CR, CsvScanner, LF, type Marks } from './csv-scanner.ts';
import { isMissing, parseNumber } from './table.ts';

/** How a table in text is written: what parts its values, what quotation marks mean, what stands before it. */

export const DELIMITERS = { comma: ',', tab: '\t', semicolon: ';', pipe: '|', space: ' ' } as const;
export type Delimiter = keyof typeof DELIMITERS;
export type Quotes = 'hold' | 'plain';

export interface Dialect {
  readonly delimiter: Delimiter;
  readonly quotes: Quotes;
  /** Rows before the table. */
  readonly skip: number;
}

/** Rows that a look at the beginning of a table sees. */
export const SAMPLE_ROWS = 1000;

/** How the bytes of a table are divided that begins with `text`. */
export function marksOf({ delimiter, quotes }: Dialect, text: string): Marks {
  return {
    delimiter: DELIMITERS[delimiter].charCodeAt(0),
    quoted: quotes === 'hold',
    newline: text.includes('\r') && !text.includes('\n') ? CR : LF,
  };
}

/** Whole lines of a head, without the last one where the head may have cut it. */
export function linesOf(text: string): string {
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

interface Division {
  readonly delimiter: Delimiter;
  readonly columns: number;
  /** Share of the lines that have so many columns. */
  readonly even: number;
}

/** The delimiter that splits the first lines most evenly into most values. */
export function detectDelimiter(text: string): Division {
  const start = text.split('\n', 50).join('\n');
  let best: Division & { readonly score: number } = { delimiter: 'comma', columns: 1, even: 1, score: 0 };
  for (const delimiter of Object.keys(DELIMITERS) as Delimiter[]) {
    const widths = cellsOf(start, { delimiter, quotes: 'hold', skip: 0 }).map((row) => row.length);
    const columns = mostFrequent(widths);
    const even = widths.filter((width) => width === columns).length / widths.length;
    // Spaces also stand inside of texts, so they must be nearly perfect to win.
    const score =
      columns < 2 || (delimiter === 'space' && even < 0.99) ? 0 : even + Math.min(columns, 50) / 1000;
    if (score > best.score) best = { delimiter, columns, even, score };
  }
  return best;
}

/**
 * Quotation marks hold values together where more lines are then part of rows of the usual width. Where it makes no difference, they do if
 * every one that opens is closed: between tabs, where they are mostly signs of a sentence, at the end of the same line.
 */
export function detectQuotes(text: string, delimiter: Delimiter): Quotes {
  if (!text.includes('"')) return 'hold';
  const plain = cellsOf(text, { delimiter, quotes: 'plain', skip: 0 });
  const held = cellsOf(text, { delimiter, quotes: 'hold', skip: 0 });
  const gain = evenLines(held) - evenLines(plain);
  if (gain !== 0) return gain > 0 ? 'hold' : 'plain';
  const opened = (delimiter === 'tab' ? plain : held).flat().filter((cell) => cell.startsWith('"'));
  const closed = delimiter === 'tab' && opened.every((cell) => cell.length > 1 && cell.endsWith('"'));
  return closed || opened.length === 0 ? 'hold' : 'plain';
}

/** Lines in rows of the usual width. Rows of several lines reach further, so no more are counted than a sample has rows. */
function evenLines(cells: readonly (readonly string[])[]): number {
  const usual = usualWidth(cells);
  const even = cells.filter((row) => row.length === usual);
  const lines = even.reduce((sum, row) => sum + row.join('').split('\n').length, 0);
  return Math.min(lines, SAMPLE_ROWS);
}

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [1, 0])[0];
}

const SENTENCE_END = /[.!?…;,。！？]\s*$/;

/** A first row of names has no numbers, and where there are none below it either, no gaps, repeats or sentences and no values of other rows. */
export function hasHeader(cells: readonly (readonly string[])[]): boolean {
  const [first = [], ...rest] = cells;
  const names = first.filter((cell) => cell.trim() !== '');
  if (names.length === 0) return false;
  if (names.some((cell) => isMissing(cell) || !Number.isNaN(parseNumber(cell)))) return false;
  const body = rest.filter((row) => row.length === first.length);
  const numericBelow = first.some((name, at) => {
    const values = body.map((row) => row[at]).filter((cell) => !isMissing(cell));
    return (
      name.trim() !== '' && values.length > 0 && values.every((cell) => !Number.isNaN(parseNumber(cell)))
    );
  });
  // A row that says names over numbers may leave some out, or say one twice.
  if (numericBelow) return true;
  if (new Set(names).size < first.length || names.some((cell) => SENTENCE_END.test(cell))) return false;
  const repeated = first.some((cell, at) => body.some((row) => row[at] === cell));
  return !repeated && first.every((cell) => cell.length < 40);
}

/**
 * Rows before the table: one, where the first says how many rows and features there are, and names classes perhaps, as in the
 * tables that come with scikit-learn.
 */
export function detectSkip(cells: readonly (readonly string[])[]): number {
  const [first = [], ...rest] = cells;
  const width = mostFrequent(rest.map((row) => row.length));
  const [rows, features, ...others] = first.map((cell) => parseNumber(cell));
  const counts =
    Number.isInteger(rows) && features === width - 1 && rows >= Math.min(rest.length - 1, SAMPLE_ROWS - 2);
  return counts && others.every(Number.isNaN) ? 1 : 0;
}

/** Values of most rows. */
export const usualWidth = (cells: readonly (readonly string[])[]): number =>
  mostFrequent(cells.map((row) => row.length));

import { parse } from 'csv-parse/sync';
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

/** What csv-parse is told. */
export function parserOptions({ delimiter, quotes, skip }: Dialect) {
  return {
    delimiter: DELIMITERS[delimiter],
    bom: true,
    from: skip + 1,
    relax_column_count: true,
    relax_quotes: true,
    ...(quotes === 'plain' && { quote: false }),
    skip_empty_lines: true,
    ...(delimiter === 'space' && { ltrim: true }),
  };
}

/** Whole lines of a head, without the last one where the head may have cut it. */
export function linesOf(text: string): string {
  const end = text.lastIndexOf('\n');
  return end > 0 && text.length > 200_000 ? text.slice(0, end) : text;
}

export function cellsOf(text: string, dialect: Dialect): string[][] {
  const options = { ...parserOptions(dialect), to: dialect.skip + SAMPLE_ROWS };
  try {
    return parse(text, options) as string[][];
  } catch {
    // A quote that never closes: the rows before it are enough for a preview; the import reports the line.
    return parse(text, { ...options, quote: false }) as string[][];
  }
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
 * Quotation marks hold values together where that gives more rows of the usual width. Where it makes no difference, they do if
 * every value that begins with one also ends with one.
 */
export function detectQuotes(text: string, delimiter: Delimiter): Quotes {
  if (!text.includes('"')) return 'hold';
  const plain = cellsOf(text, { delimiter, quotes: 'plain', skip: 0 });
  const gain = evenRows(cellsOf(text, { delimiter, quotes: 'hold', skip: 0 })) - evenRows(plain);
  if (gain !== 0) return gain > 0 ? 'hold' : 'plain';
  const opened = plain.flat().filter((cell) => cell.startsWith('"'));
  return opened.every((cell) => cell.length > 1 && cell.endsWith('"')) ? 'hold' : 'plain';
}

function evenRows(cells: readonly (readonly string[])[]): number {
  const usual = usualWidth(cells);
  return cells.filter((row) => row.length === usual).length;
}

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [1, 0])[0];
}

const SENTENCE_END = /[.!?…;,。！？]\s*$/;

/** A first row of names has no numbers, no gaps, no repeats and no sentences, and does not look like the rows below it. */
export function hasHeader(cells: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = cells;
  if (!first || first.some((cell) => isMissing(cell) || !Number.isNaN(parseNumber(cell)))) return false;
  if (new Set(first).size < first.length || first.some((cell) => SENTENCE_END.test(cell))) return false;
  const body = rest.filter((row) => row.length === first.length);
  const numericBelow = first.some((_, at) => {
    const values = body.map((row) => row[at]).filter((cell) => !isMissing(cell));
    return values.length > 0 && values.every((cell) => !Number.isNaN(parseNumber(cell)));
  });
  if (numericBelow) return true;
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
  const [rows, features, ...others] = first.map(parseNumber);
  const counts =
    Number.isInteger(rows) && features === width - 1 && rows >= Math.min(rest.length - 1, SAMPLE_ROWS - 2);
  return counts && others.every(Number.isNaN) ? 1 : 0;
}

/** Values of most rows. */
export const usualWidth = (cells: readonly (readonly string[])[]): number =>
  mostFrequent(cells.map((row) => row.length));

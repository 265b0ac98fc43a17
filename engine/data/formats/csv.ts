import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import { parse as parseAll } from 'csv-parse/sync';
import { StrataError, type Problem } from '../../core/errors.ts';
import { choice, type ParamsOf } from '../../core/fields.ts';
import { defineFormat, NOT_RECOGNISED, type Reader, type RowBatch } from '../format.ts';
import { contentOf, type Source } from '../source.ts';
import { isMissing, parseNumber, proposeColumns, uniqueNames } from '../table.ts';
import { decodeHead, detectEncoding, ENCODINGS, textDecoder } from '../text.ts';

const DELIMITERS = { comma: ',', tab: '\t', semicolon: ';', pipe: '|', space: ' ' } as const;
type Delimiter = keyof typeof DELIMITERS;
const BATCH_ROWS = 2000;
const SAMPLE_ROWS = 1000;

const fields = {
  delimiter: choice({
    label: 'Delimiter',
    help: 'What stands between two values.',
    default: 'comma' as Delimiter,
    options: (Object.keys(DELIMITERS) as Delimiter[]).map((value) => ({ value, label: value })),
  }),
  encoding: choice({
    label: 'Encoding',
    help: 'How bytes become text.',
    default: 'auto' as (typeof ENCODINGS)[number],
    options: ENCODINGS.map((value) => ({ value, label: value === 'auto' ? 'detect' : value.toUpperCase() })),
  }),
  quotes: choice({
    label: 'Quotes',
    help: 'Whether quotation marks hold a value together, or are signs of a text like any other.',
    default: 'hold' as 'hold' | 'plain',
    options: [
      { value: 'hold', label: 'hold values together' },
      { value: 'plain', label: 'are plain signs' },
    ],
  }),
  header: choice({
    label: 'First row',
    help: 'Whether the first row names the columns.',
    default: 'names' as 'names' | 'values',
    options: [
      { value: 'names', label: 'names of columns' },
      { value: 'values', label: 'values' },
    ],
  }),
};
type Options = ParamsOf<typeof fields>;
type Quotes = Options['quotes'];
type Dialect = Pick<Options, 'delimiter' | 'quotes'>;

export default defineFormat({
  id: 'csv',
  title: 'CSV table',
  doc:
    'Text with one row per line and values between delimiters (RFC 4180, with any of five delimiters). Empty values, ' +
    'NA, NaN, null and ? count as missing. Rows with too many or too few values are listed and left out.',
  fields,

  async recognise(source) {
    if (source.folder || source.head.length === 0) return NOT_RECOGNISED;
    const { encoding, reason } = detectEncoding(source.head);
    if (encoding.startsWith('utf-8') || encoding === 'windows-1252' || encoding === 'gbk') {
      if (source.head.includes(0)) return NOT_RECOGNISED;
    }
    const { delimiter, columns } = detectDelimiter(linesOf(decodeHead(source.head, encoding)));
    const why =
      columns > 1
        ? `Every line has ${columns} values between ${delimiter} signs.`
        : 'It is text with one value per line.';
    return { confidence: columns > 1 ? 0.6 : 0.2, reasons: [why, reason] };
  },

  async detect(source, given) {
    const encoding = encodingOf(source, given.encoding as string | undefined);
    const lines = linesOf(decodeHead(source.head, encoding));
    const delimiter = (given.delimiter as Delimiter | undefined) ?? detectDelimiter(lines).delimiter;
    const quotes = (given.quotes as Quotes | undefined) ?? detectQuotes(lines, delimiter);
    const header = hasHeader(cellsOf(lines, { delimiter, quotes })) ? 'names' : 'values';
    return { delimiter, quotes, header } as const;
  },

  async open(source, options) {
    return openTable(source, options);
  },
});

async function openTable(source: Source, options: Options): Promise<Reader> {
  const encoding = encodingOf(source, options.encoding);
  const text = decodeHead(source.head, encoding);
  const cells = cellsOf(linesOf(text), options);
  const named = options.header === 'names';
  const first = cells[0] ?? [];
  const { names, warnings } = uniqueNames(named ? first : first.map(() => ''), source.path);
  const sample = (named ? cells.slice(1) : cells).filter((row) => row.length === names.length);
  if (sample.length === 0) {
    throw new StrataError({
      code: 'CSV_NO_ROWS',
      message: 'The table has no rows.',
      where: source.path,
      got: named ? 'a row of names and nothing below it' : 'no row that can be read',
      expected: 'at least one row of values',
      fix: 'Choose another file, or say that the first row holds values.',
    });
  }
  const columns = proposeColumns(names, sample);
  const whole = !source.gzip && source.bytes <= source.head.length && cells.length < SAMPLE_ROWS;
  return {
    columns,
    totalRows: whole ? cells.length - (named ? 1 : 0) : null,
    totalWork: source.bytes,
    reasons: columns.flatMap(({ reason }) => reason ?? []),
    warnings,
    rows: () => readRows(source, options, encoding, names.length),
  };
}

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

async function* readRows(
  source: Source,
  options: Options,
  encoding: string,
  width: number,
): AsyncIterable<RowBatch> {
  const content = contentOf(source);
  const parser = parse({ ...parserOptions(options), info: true });
  let failure: unknown;
  pipeline(content.stream, textDecoder(encoding, source.path), parser, (error) => (failure = error));
  let rows: (string | null)[][] = [];
  let problems: Problem[] = [];
  let first = options.header === 'names';
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      if (first) {
        first = false;
        continue;
      }
      if (record.length === width) rows.push(record.map((cell) => (isMissing(cell) ? null : cell)));
      else problems.push(raggedRow(source.path, info.lines, record.length, width));
      if (rows.length + problems.length >= BATCH_ROWS) {
        yield { rows, problems, done: content.read() };
        [rows, problems] = [[], []];
      }
    }
  } catch (error) {
    throw readError(source, failure ?? error);
  }
  yield { rows, problems, done: source.bytes };
}

function parserOptions({ delimiter, quotes }: Dialect) {
  return {
    delimiter: DELIMITERS[delimiter],
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    ...(quotes === 'plain' && { quote: false }),
    skip_empty_lines: true,
    ...(delimiter === 'space' && { ltrim: true }),
  };
}

function raggedRow(path: string, line: number, got: number, expected: number): Problem {
  return {
    code: 'CSV_RAGGED_ROW',
    message: `Line ${line} has ${got} values instead of ${expected}.`,
    where: `${path}, line ${line}`,
    got: `${got} values`,
    expected: `${expected} values`,
    fix: 'Put the missing delimiters in, or quote values that contain the delimiter.',
  };
}

function readError(source: Source, error: unknown): unknown {
  if (error instanceof StrataError) return error;
  const { code, message, lines } = error as { code?: string; message?: string; lines?: number };
  if (code === 'Z_BUF_ERROR' || code === 'Z_DATA_ERROR') {
    return new StrataError({
      code: 'SOURCE_TRUNCATED',
      message: 'The compressed file ends too early or is damaged.',
      where: source.path,
      got: message,
      fix: 'Download or copy the file again.',
    });
  }
  return new StrataError({
    code: 'CSV_SYNTAX',
    message: 'The table cannot be read.',
    where: lines === undefined ? source.path : `${source.path}, line ${lines}`,
    got: message,
    fix: 'Check the quotes around there, or choose another delimiter.',
  });
}

function encodingOf(source: Source, wanted: string | undefined): string {
  return wanted === undefined || wanted === 'auto' ? detectEncoding(source.head).encoding : wanted;
}

/** Whole lines of a head, without the last one where the head may have cut it. */
function linesOf(text: string): string {
  const end = text.lastIndexOf('\n');
  return end > 0 && text.length > 200_000 ? text.slice(0, end) : text;
}

function cellsOf(text: string, dialect: Dialect): string[][] {
  const options = { ...parserOptions(dialect), to: SAMPLE_ROWS };
  try {
    return parseAll(text, options) as string[][];
  } catch {
    // A quote that never closes: the rows before it are enough for a preview; the import reports the line.
    return parseAll(text, { ...options, quote: false }) as string[][];
  }
}

/** The delimiter that splits the first lines most evenly into most values. */
function detectDelimiter(text: string): { readonly delimiter: Delimiter; readonly columns: number } {
  const start = text.split('\n', 50).join('\n');
  let best: { delimiter: Delimiter; columns: number; score: number } = {
    delimiter: 'comma',
    columns: 1,
    score: 0,
  };
  for (const delimiter of Object.keys(DELIMITERS) as Delimiter[]) {
    const widths = cellsOf(start, { delimiter, quotes: 'hold' }).map((row) => row.length);
    const columns = mostFrequent(widths);
    const even = widths.filter((width) => width === columns).length / widths.length;
    // Spaces also stand inside of texts, so they must be nearly perfect to win.
    const score =
      columns < 2 || (delimiter === 'space' && even < 0.99) ? 0 : even + Math.min(columns, 50) / 1000;
    if (score > best.score) best = { delimiter, columns, score };
  }
  return best;
}

/**
 * Quotation marks hold values together where that gives more rows of the usual width. Where it makes no difference, they do if
 * every value that begins with one also ends with one.
 */
function detectQuotes(text: string, delimiter: Delimiter): Quotes {
  if (!text.includes('"')) return 'hold';
  const plain = cellsOf(text, { delimiter, quotes: 'plain' });
  const gain = evenRows(cellsOf(text, { delimiter, quotes: 'hold' })) - evenRows(plain);
  if (gain !== 0) return gain > 0 ? 'hold' : 'plain';
  const opened = plain.flat().filter((cell) => cell.startsWith('"'));
  return opened.every((cell) => cell.length > 1 && cell.endsWith('"')) ? 'hold' : 'plain';
}

function evenRows(cells: readonly (readonly string[])[]): number {
  const widths = cells.map((row) => row.length);
  const usual = mostFrequent(widths);
  return widths.filter((width) => width === usual).length;
}

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [1, 0])[0];
}

/** A first row of names has no numbers, no gaps and no repeats, and does not look like the rows below it. */
function hasHeader(cells: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = cells;
  if (!first || first.some((cell) => isMissing(cell) || !Number.isNaN(parseNumber(cell)))) return false;
  if (new Set(first).size < first.length) return false;
  const body = rest.filter((row) => row.length === first.length);
  const numericBelow = first.some((_, at) => {
    const values = body.map((row) => row[at]).filter((cell) => !isMissing(cell));
    return values.length > 0 && values.every((cell) => !Number.isNaN(parseNumber(cell)));
  });
  if (numericBelow) return true;
  const repeated = first.some((cell, at) => body.some((row) => row[at] === cell));
  return !repeated && first.every((cell) => cell.length < 40);
}

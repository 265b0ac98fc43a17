import { StrataError } from '../../core/errors.ts';
import { choice, int, type ParamsOf } from '../../core/fields.ts';
import { csvRows } from '../tables/csv-rows.ts';
import {
  cellsOf,
  DELIMITERS,
  detectDelimiter,
  detectQuotes,
  detectSkip,
  hasHeader,
  linesOf,
  marksOf,
  SAMPLE_ROWS,
  usualWidth,
  type Delimiter,
  type Quotes,
} from '../tables/dialect.ts';
import { defineFormat, NOT_RECOGNISED, type Reader } from '../format.ts';
import type { Source } from '../sources/source.ts';
import { proposeColumns, uniqueNames } from '../tables/table.ts';
import {
  decodeHead,
  detectEncoding,
  ENCODINGS,
  encodingOf,
  estimatedLines,
  lineTooLong,
} from '../sources/text.ts';

/** Share of the lines of a table that have as many values as most. */
const MOSTLY_EVEN = 0.9;

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
    default: 'hold' as Quotes,
    options: [
      { value: 'hold', label: 'hold values together' },
      { value: 'plain', label: 'are plain signs' },
    ],
  }),
  skip: int({
    label: 'Rows before the table',
    help: 'How many rows at the beginning are left out.',
    default: 0,
    min: 0,
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
    const { delimiter, columns, even } = detectDelimiter(linesOf(decodeHead(source.head, encoding)));
    const why =
      columns > 1
        ? `Every line has ${columns} values between ${delimiter} signs.`
        : 'It is text with one value per line.';
    // Where lines have now one comma and now another, they are more likely sentences.
    const confidence = columns === 1 ? 0.2 : even < MOSTLY_EVEN ? 0.25 : 0.6;
    return { confidence, reasons: [why, reason] };
  },

  async detect(source, given) {
    const encoding = encodingOf(source, given.encoding as string | undefined);
    const lines = linesOf(decodeHead(source.head, encoding));
    const delimiter = (given.delimiter as Delimiter | undefined) ?? detectDelimiter(lines).delimiter;
    const quotes = (given.quotes as Quotes | undefined) ?? detectQuotes(lines, delimiter);
    const skip =
      (given.skip as number | undefined) ?? detectSkip(cellsOf(lines, { delimiter, quotes, skip: 0 }));
    const header = hasHeader(cellsOf(lines, { delimiter, quotes, skip })) ? 'names' : 'values';
    return { delimiter, quotes, skip, header } as const;
  },

  async open(source, options) {
    return openTable(source, options);
  },
});

async function openTable(source: Source, options: Options): Promise<Reader> {
  const encoding = encodingOf(source, options.encoding);
  const text = decodeHead(source.head, encoding);
  if (source.bytes > source.head.length && !/[\n\r]/.test(text)) {
    throw lineTooLong(source.path, 1, source.head.length);
  }
  const cells = cellsOf(linesOf(text), options);
  const named = options.header === 'names';
  const first = named ? (cells[0] ?? []) : Array.from({ length: usualWidth(cells) }, () => '');
  const { names, warnings } = uniqueNames(first, source.path);
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
  const table = {
    marks: marksOf(options, text),
    encoding,
    skip: options.skip,
    width: names.length,
    named,
    numeric: Uint8Array.from(columns, ({ kind }) => Number(kind === 'number')),
  };
  const whole = !source.gzip && source.bytes <= source.head.length && cells.length < SAMPLE_ROWS;
  return {
    columns,
    totalRows: whole ? cells.length - (named ? 1 : 0) : null,
    ...(!whole && { estimatedRows: estimatedLines(source) }),
    totalWork: source.bytes,
    reasons: [
      ...(options.skip > 0 ? ['The first row tells about the table and is left out.'] : []),
      ...columns.flatMap(({ reason }) => reason ?? []),
    ],
    warnings,
    rows: (all = false) => csvRows(source, table, all),
  };
}

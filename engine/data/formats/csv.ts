import { StrataError } from '../../core/errors.ts';
import { choice, text, type Params, type ParamsOf } from '../../core/fields.ts';
import { headFields } from '../tables/head-fields.ts';
import { csvRows } from '../tables/csv-rows.ts';
import { DELIMITERS, type Delimiter, type Division } from '../tables/delimiters.ts';
import {
  detectDelimiter,
  detectQuotes,
  detectSkip,
  hasHeader,
  MOSTLY_EVEN,
  namesOf,
} from '../tables/detect-dialect.ts';
import { cellsOf, wholeLines, marksOf, SAMPLE_ROWS, usualWidth, type Quotes } from '../tables/dialect.ts';
import { defineFormat, NOT_RECOGNISED, type Reader } from '../format.ts';
import { encodingField } from '../sources/encodings.ts';
import { isArchive } from '../sources/archive.ts';
import type { Source } from '../sources/source.ts';
import { proposeColumns, uniqueNames } from '../tables/table.ts';
import {
  decodeHead,
  detectEncoding,
  encodingOf,
  estimatedLines,
  isText,
  lineTooLong,
} from '../sources/text.ts';

const fields = {
  delimiter: choice({
    label: 'Delimiter',
    help: 'What stands between two values.',
    default: 'comma' as Delimiter,
    options: DELIMITERS.map((value) => ({ value, label: value })),
  }),
  sign: text({
    label: 'Other delimiter',
    help: 'One or several characters; \\x01 is the one with that number. Where it is empty, each line is one value.',
    default: '',
    placeholder: '::',
    when: { field: 'delimiter', is: ['other'] },
  }),
  encoding: encodingField,
  quotes: choice({
    label: 'Quotes',
    help: 'Whether quotation marks hold a value together, or are signs of a text like any other.',
    default: 'hold' as Quotes,
    options: [
      { value: 'hold', label: 'hold values together' },
      { value: 'plain', label: 'are plain signs' },
    ],
  }),
  ...headFields,
};
type Options = ParamsOf<typeof fields>;

export default defineFormat({
  id: 'csv',
  title: 'CSV table',
  doc:
    'Text with one row per line and values between delimiters (RFC 4180, with any delimiter). Empty values, ' +
    'NA, NaN, null and ? count as missing. Rows with too many or too few values are listed and left out.',
  fields,

  async recognise(source) {
    if (source.folder || source.head.length === 0 || isArchive(source)) return NOT_RECOGNISED;
    const { encoding, reason } = detectEncoding(source.head);
    if (!encoding.startsWith('utf-16') && !isText(source.head)) return NOT_RECOGNISED;
    const { delimiter, sign, columns, even } = detectDelimiter(wholeLines(decodeHead(source.head, encoding)));
    const why =
      columns > 1
        ? `Every line has ${columns} values between ${sign || delimiter} signs.`
        : 'It is text with one value per line.';
    // Where lines have now one comma and now another, they are more likely sentences.
    const confidence = columns === 1 ? 0.2 : even < MOSTLY_EVEN ? 0.25 : 0.6;
    return { confidence, reasons: [why, reason] };
  },

  async detect(source, given) {
    const encoding = encodingOf(source, given.encoding as string | undefined);
    const lines = wholeLines(beginning(source, encoding));
    const division = divisionOf(lines, given);
    const quotes = (given.quotes as Quotes | undefined) ?? detectQuotes(lines, division);
    const skip =
      (given.skip as number | undefined) ?? detectSkip(cellsOf(lines, { ...division, quotes, skip: 0 }));
    const header = hasHeader(cellsOf(lines, { ...division, quotes, skip })) ? 'names' : 'values';
    return { ...division, quotes, skip, header } as const;
  },

  async open(source, options) {
    return openTable(source, options);
  },
});

/** The head of a table, in which at least a line ends. Throws `TEXT_LINE_TOO_LONG`. */
function beginning({ path, bytes, head }: Source, encoding: string): string {
  const text = decodeHead(head, encoding);
  if (bytes > head.length && !/[\n\r]/.test(text)) throw lineTooLong(path, 1, head.length);
  return text;
}

/** The delimiter that is given, or else found. */
function divisionOf(lines: string, { delimiter, sign = '' }: Params): Division {
  if (delimiter === undefined) {
    const found = detectDelimiter(lines);
    return { delimiter: found.delimiter, sign: found.sign };
  }
  return { delimiter: delimiter as Delimiter, sign: sign as string };
}

const leftOut = (rows: number): string =>
  rows === 1
    ? 'The first row tells about the table and is left out.'
    : `The first ${rows} rows tell about the table and are left out.`;

async function openTable(source: Source, options: Options): Promise<Reader> {
  const encoding = encodingOf(source, options.encoding);
  const text = beginning(source, encoding);
  const cells = cellsOf(wholeLines(text), options);
  const named = options.header === 'names';
  const first = named ? namesOf(cells) : Array.from({ length: usualWidth(cells) }, () => '');
  const { names, warnings } = uniqueNames(first, source.path);
  const sample = (named ? cells.slice(1) : cells).filter(
    (row) => row.length === names.length && !row.some((cell) => cell.includes('\0')),
  );
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
      ...(options.skip > 0 ? [leftOut(options.skip)] : []),
      ...columns.flatMap(({ reason }) => reason ?? []),
    ],
    warnings,
    rows: (all = false) => csvRows(source, table, all),
  };
}

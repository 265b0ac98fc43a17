import { isUtf8 } from 'node:buffer';
import { StrataError, type Problem } from '../../core/errors.ts';
import { CsvCells, Decoder, type Layout } from './csv-cells.ts';
import { CsvScanner, type Marks } from './csv-scanner.ts';
import type { RowBatch } from '../format.ts';
import { piecesOf, type Source } from '../sources/source.ts';
import { LONGEST_LINE, lineTooLong, notText, textOf } from '../sources/text.ts';

export interface CsvTable {
  readonly marks: Marks;
  readonly encoding: string;
  /** Rows before the table. */
  readonly skip: number;
  /** Values per row. */
  readonly width: number;
  /** Whether the first row names the columns. */
  readonly named: boolean;
}

/** The rows of a table in text, some thousands at a time. Throws `CSV_QUOTE_OPEN`, `TEXT_LINE_TOO_LONG` or `TEXT_ENCODING`. */
export async function* csvRows(source: Source, table: CsvTable): AsyncIterable<RowBatch> {
  const { chunks, read } = utf8Of(source, table.encoding);
  const rows = new RowReader(source.path, table);
  try {
    for await (const chunk of chunks) yield { ...rows.read(chunk), done: read() };
    yield { ...rows.end(), done: source.bytes };
  } catch (error) {
    throw truncated(source, error);
  }
}

/** A text as UTF-8, without a byte order mark, and how many bytes of the file have been read. UTF-8 itself is passed on unchecked. */
function utf8Of(
  source: Source,
  encoding: string,
): { readonly chunks: AsyncIterable<Buffer>; readonly read: () => number } {
  if (encoding === 'utf-8') {
    const { pieces, read } = piecesOf(source);
    return { chunks: withoutMark(pieces), read };
  }
  const { text, read } = textOf(source, encoding);
  return { chunks: text.map((chunk: string) => Buffer.from(chunk)) as AsyncIterable<Buffer>, read };
}

async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let first = true;
  for await (const chunk of chunks) {
    yield first && chunk.indexOf('\ufeff') === 0 ? chunk.subarray(3) : chunk;
    first = false;
  }
}

type Read = Pick<RowBatch, 'rows' | 'problems'>;

/** Makes batches of rows of consecutive pieces of a table. */
export class RowReader {
  private readonly where: string;
  private readonly table: CsvTable;
  private readonly scanner: CsvScanner;
  private readonly newline: number;
  private readonly decoder = new Decoder();
  /** Records before the first row of values. */
  private before: number;
  private bytes: Buffer = Buffer.alloc(0);
  /** The beginning of a record whose end has not been read. */
  private rest = this.bytes;

  constructor(where: string, table: CsvTable) {
    this.where = where;
    this.table = table;
    this.newline = table.marks.newline;
    this.scanner = new CsvScanner(table.marks);
    this.before = table.skip + (table.named ? 1 : 0);
  }

  read(chunk: Buffer): Read {
    const { scanner } = this;
    const { bytes, end } = this.append(chunk);
    // Where no line ends, no record does: a long one is not scanned again with each piece.
    const problems = chunk.includes(this.newline) ? this.scan(bytes, end) : [];
    this.rest = bytes.subarray(scanner.at, end);
    // The rest will be read from its beginning.
    scanner.at = 0;
    if (this.rest.length > LONGEST_LINE) throw this.tooLong();
    const { width } = this.table;
    const layout: Layout = { bytes, starts: scanner.starts, ends: scanner.ends, width };
    const length = scanner.values / width;
    const columns = Array.from(
      { length: width },
      (_, column) => new CsvCells(layout, column, length, this.decoder),
    );
    scanner.values = 0;
    return { rows: { length, columns }, problems };
  }

  /** Puts a chunk behind the rest of the one before. Their room is used again and again. */
  private append(chunk: Buffer): { readonly bytes: Buffer; readonly end: number } {
    const end = this.rest.length + chunk.length;
    const bytes = end < this.bytes.length ? this.bytes : Buffer.allocUnsafeSlow(2 * end + 1);
    this.rest.copy(bytes);
    chunk.copy(bytes, this.rest.length);
    this.bytes = bytes;
    return { bytes, end };
  }

  /** The last row, where no line end stands behind it. */
  end(): Read {
    const last = this.read(Buffer.of(this.newline));
    if (this.rest.length > 0) throw this.quoteOpen('at the end of the file');
    return last;
  }

  /** Scans all records that are whole, and tells of those that are no rows. */
  private scan(bytes: Buffer, end: number): Problem[] {
    const { scanner, table } = this;
    this.check(bytes.subarray(0, bytes.lastIndexOf(this.newline, end - 1) + 1));
    scanner.read(bytes, end);
    const suspicious = bytes.subarray(0, end).includes(0);
    const problems: Problem[] = [];
    for (;;) {
      const [line, from] = [scanner.line, scanner.at];
      const count = scanner.next();
      if (count < 0) return problems;
      const nul = suspicious && bytes.subarray(from, scanner.at).includes(0);
      if (this.before === 0 && count === table.width && !nul) continue;
      scanner.values -= count;
      if (this.before > 0) this.before--;
      else problems.push(nul ? this.nulRow(line) : this.raggedRow(line, count));
    }
  }

  /** Whole lines must be sound text. */
  private check(lines: Buffer): void {
    if (this.table.encoding !== 'utf-8' || isUtf8(lines)) return;
    let { line } = this.scanner;
    for (let from = 0; from < lines.length; line++) {
      const to = lines.indexOf(this.newline, from) + 1;
      if (!isUtf8(lines.subarray(from, to))) break;
      from = to;
    }
    throw notText('utf-8', `${this.where}, line ${line}`);
  }

  private raggedRow(line: number, got: number): Problem {
    const last = this.scanner.line - 1;
    const where = line === last ? `Line ${line} has` : `Lines ${line} to ${last} are one row, with`;
    const { width } = this.table;
    return {
      code: 'CSV_RAGGED_ROW',
      message: `${where} ${got} values instead of ${width}.`,
      where: `${this.where}, line ${line}`,
      got: `${got} values`,
      expected: `${width} values`,
      fix:
        line === last
          ? 'Put the missing delimiters in, or quote values that contain the delimiter.'
          : 'Check the quotation marks there: one may not be closed.',
    };
  }

  private nulRow(line: number): Problem {
    return {
      code: 'CSV_NUL',
      message: `Line ${line} has bytes that are zero, which stand in no text.`,
      where: `${this.where}, line ${line}`,
      got: 'zero bytes',
      expected: 'text',
      fix: 'Check that the file is not damaged.',
    };
  }

  private tooLong(): StrataError {
    const { openQuote, line } = this.scanner;
    const most = `within ${LONGEST_LINE / 2 ** 20} million characters`;
    return openQuote > 0 ? this.quoteOpen(most) : lineTooLong(this.where, line);
  }

  private quoteOpen(until: string): StrataError {
    const line = this.scanner.openQuote;
    return new StrataError({
      code: 'CSV_QUOTE_OPEN',
      message: `The quotation mark in line ${line} is not closed.`,
      where: `${this.where}, line ${line}`,
      got: `no closing quotation mark ${until}`,
      fix: 'Close it, or say that quotation marks are plain signs (Quotes).',
    });
  }
}

function truncated({ path }: Source, error: unknown): unknown {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  if (code !== 'Z_BUF_ERROR' && code !== 'Z_DATA_ERROR') return error;
  return new StrataError({
    code: 'SOURCE_TRUNCATED',
    message: 'The compressed file ends too early or is damaged.',
    where: path,
    got: message,
    fix: 'Download or copy the file again.',
  });
}

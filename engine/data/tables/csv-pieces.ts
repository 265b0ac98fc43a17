import { isUtf8 } from 'node:buffer';
import { StrataError, type Problem } from '../../core/errors.ts';
import { CsvScanner, emptyNotes, type Marks, type Notes } from './csv-scanner.ts';
import { RegularRows } from './regular-rows.ts';
import { piecesOf, type Content } from '../sources/source.ts';
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
  /** 1 for columns that seem to hold numbers. */
  readonly numeric: Uint8Array;
}

/** Memory for a piece of a table, which threads share. It is used again when nobody reads the piece any more. */
export interface Room extends Notes {
  readonly bytes: Buffer;
}

/** Consecutive rows of a table, and what was no row among them. */
export interface Piece {
  readonly room: Room;
  readonly rows: number;
  readonly problems: readonly Problem[];
}

/** A piece, and how many bytes of the file have been read so far. */
export type ReadPiece = Piece & { readonly done: number };

const sharedBytes = (length: number): Buffer => Buffer.from(new SharedArrayBuffer(length));

export const emptyRoom = (): Room => ({ bytes: sharedBytes(0), ...emptyNotes() });

/** A room that another thread has sent: a Buffer arrives as what it is made of. */
export const receivedRoom = (room: Room): Room => ({ ...room, bytes: Buffer.from(room.bytes.buffer) });

/**
 * The rows of a table in text, piece by piece, each in a room that is asked for. Throws `CSV_QUOTE_OPEN`, `TEXT_LINE_TOO_LONG`,
 * `TEXT_ENCODING` or `SOURCE_TRUNCATED`.
 */
export async function* csvPieces(
  source: Content,
  table: CsvTable,
  room: () => Room | Promise<Room>,
): AsyncIterable<ReadPiece> {
  const { chunks, read } = utf8Of(source, table.encoding);
  const reader = new PieceReader(source.path, table);
  for await (const chunk of chunks) yield { ...reader.read(chunk, await room()), done: read() };
  yield { ...reader.end(await room()), done: source.bytes };
}

/** A text as UTF-8, without a byte order mark, and how many bytes of the file have been read. UTF-8 itself is passed on unchecked. */
function utf8Of(
  source: Content,
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

/** Divides consecutive chunks of a table into rows. */
export class PieceReader {
  private readonly where: string;
  private readonly table: CsvTable;
  private readonly scanner: CsvScanner;
  /** Undefined where no row of such a table is regular. */
  private readonly regular?: RegularRows;
  private readonly newline: number;
  /** Records before the first row of values. */
  private before: number;
  /** The beginning of a record whose end has not been read. */
  private rest: Buffer = Buffer.alloc(0);

  constructor(where: string, table: CsvTable) {
    this.where = where;
    this.table = table;
    this.newline = table.marks.newline;
    this.scanner = new CsvScanner(table.marks);
    this.regular = RegularRows.of(table);
    this.before = table.skip + (table.named ? 1 : 0);
  }

  read(chunk: Buffer, room: Room): Piece {
    const { scanner } = this;
    const { bytes, end } = this.append(chunk, room.bytes);
    scanner.use(room);
    // Where no line ends, no record does: a long one is not scanned again with each piece.
    const problems = chunk.includes(this.newline) ? this.scan(bytes, end) : [];
    // The room goes with the piece.
    this.rest = Buffer.from(bytes.subarray(scanner.at, end));
    if (this.rest.length > LONGEST_LINE) throw this.tooLong();
    const rows = scanner.values / this.table.width;
    return { room: { ...scanner.notes, bytes }, rows, problems };
  }

  /** Puts a chunk behind the rest of the one before. */
  private append(chunk: Buffer, room: Buffer): { readonly bytes: Buffer; readonly end: number } {
    const end = this.rest.length + chunk.length;
    const bytes = end < room.length ? room : sharedBytes(2 * end + 1);
    this.rest.copy(bytes);
    chunk.copy(bytes, this.rest.length);
    return { bytes, end };
  }

  /** The last row, where no line end stands behind it. */
  end(room: Room): Piece {
    const last = this.read(Buffer.of(this.newline), room);
    if (this.rest.length > 0) throw this.quoteOpen('at the end of the file');
    return last;
  }

  /** Scans all records that are whole, and tells of those that are no rows. */
  private scan(bytes: Buffer, end: number): Problem[] {
    const { scanner, table } = this;
    this.check(bytes.subarray(0, bytes.lastIndexOf(this.newline, end - 1) + 1));
    scanner.read(bytes, end);
    this.regular?.read(bytes, end);
    const suspicious = bytes.subarray(0, end).includes(0);
    const problems: Problem[] = [];
    for (;;) {
      if (this.before === 0) this.regular?.appendTo(scanner);
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

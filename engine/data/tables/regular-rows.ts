import { isSpaces, type CsvScanner, type Marks } from './csv-scanner.ts';
import { POWERS } from './plain-number.ts';
import { code } from './regular-rows.gen.ts';

const QUOTE = 34;
/** Bytes that are looked at together, also behind the last one. */
const BLOCK = 64;
const PAGE = 2 ** 16;
/** Where one row after the other is not regular, looking at each would take longer than it saves. */
const MOST_PASSED = 255;
/** Where the table's `numeric` lies: behind the powers of ten. */
const NUMERIC = POWERS.length * Float64Array.BYTES_PER_ELEMENT;

/** Bytes of whole blocks, and one more. */
const blocks = (bytes: number): number => (Math.ceil(bytes / BLOCK) + 1) * BLOCK;

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly next: WebAssembly.Global<'i32'>;
  /** See regular-rows.wat. */
  readonly scan: (...parameters: readonly number[]) => number;
}

interface Table {
  readonly marks: Marks;
  readonly width: number;
  /** 1 for columns that seem to hold numbers. */
  readonly numeric: Uint8Array;
}

/** Reads runs of rows in which nothing is special, by vectors; most rows of most tables are so. */
export class RegularRows {
  private readonly table: Table;
  private readonly exports: Exports;
  /** Where the bytes lie, and the notes, of which there is room for `most`. */
  private readonly first: number;
  private notes = 0;
  private most = 0;
  private end = 0;
  /** Rows that are passed over before the next look, and how many were after the last one that found nothing. */
  private pass = 0;
  private passed = 0;

  /** Undefined for tables whose delimiters are runs of spaces, or several bytes. */
  static of(table: Table): RegularRows | undefined {
    const { marks } = table;
    return isSpaces(marks) || marks.delimiter.length > 1 ? undefined : new RegularRows(table);
  }

  private constructor(table: Table) {
    this.table = table;
    const module = new WebAssembly.Module(Buffer.from(code, 'base64'));
    this.exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    this.first = NUMERIC + blocks(table.width);
    this.reserve(this.first);
    new Float64Array(this.exports.memory.buffer).set(POWERS);
    new Uint8Array(this.exports.memory.buffer).set(table.numeric, NUMERIC);
  }

  /** Goes on with `bytes[0 … end)`. */
  read(bytes: Uint8Array, end: number): void {
    this.end = end;
    this.most = Math.max(end >> 1, this.table.width);
    this.notes = this.first + blocks(end);
    this.reserve(this.notes + 3 * 4 * this.most);
    new Uint8Array(this.exports.memory.buffer).set(bytes.subarray(0, end), this.first);
  }

  /** Reads rows from where the scanner is up to the first one that is not regular. */
  appendTo(scanner: CsvScanner): void {
    if (this.pass > 0) {
      this.pass--;
      return;
    }
    const { exports, first, most, end } = this;
    const { marks, width } = this.table;
    const quote = marks.quoted ? QUOTE : marks.newline;
    const [starts, ends, numbers] = [0, 1, 2].map((which) => this.notes + 4 * most * which);
    const values = exports.scan(
      ...[first, scanner.at, end],
      ...[marks.delimiter[0], marks.newline, quote],
      ...[width, NUMERIC],
      ...[starts, ends, numbers, most],
    );
    this.passed = values > 0 ? 0 : Math.min(2 * this.passed + 1, MOST_PASSED);
    if (values === 0) {
      this.pass = this.passed;
      return;
    }
    const { buffer } = exports.memory;
    const notes = {
      starts: new Int32Array(buffer, starts, values),
      ends: new Int32Array(buffer, ends, values),
      numbers: new Float32Array(buffer, numbers, values),
    };
    scanner.append(notes, values / width, exports.next.value);
  }

  private reserve(bytes: number): void {
    const { memory } = this.exports;
    const missing = bytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  }
}

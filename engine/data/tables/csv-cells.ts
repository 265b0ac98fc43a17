import type { Cell, Cells } from '../format.ts';
import type { Notes } from './csv-scanner.ts';
import { numberIn } from './plain-number.ts';
import { isMissing } from './table.ts';

/** Values of whole rows that lie in `bytes`, one row behind the other. */
export interface Layout extends Notes {
  readonly bytes: Buffer;
  /** Values per row. */
  readonly width: number;
}

/** One column of a piece of a table: decoded when it is asked for, so that a column that nobody reads costs nothing. */
export class CsvCells implements Cells {
  private readonly layout: Layout;
  private readonly column: number;
  private readonly rows: number;
  private readonly decode: Decoder;

  constructor(layout: Layout, column: number, rows: number, decode: Decoder) {
    this.layout = layout;
    this.column = column;
    this.rows = rows;
    this.decode = decode;
  }

  at(row: number): Cell {
    const { bytes, starts, ends, width } = this.layout;
    const value = row * width + this.column;
    return this.decode.cell(bytes, starts[value], ends[value]);
  }

  numbers(into: Float32Array): void {
    const { bytes, starts, ends, numbers, width } = this.layout;
    let value = this.column;
    for (let row = 0; row < this.rows; row++) {
      const number = numbers[value];
      into[row] = Number.isNaN(number) ? numberIn(bytes, starts[value], ends[value]) : number;
      value += width;
    }
  }
}

/** Texts with no more bytes than this are looked up before they are decoded. */
const SHORT = 16;
const PLACES = 1 << 12;

/** Turns bytes of UTF-8 into cells. Short texts repeat in most columns, so the last ones are kept. */
export class Decoder {
  private readonly texts = new Array<string>(PLACES).fill('');
  private readonly cells = new Array<Cell>(PLACES).fill(null);

  cell(bytes: Buffer, start: number, end: number): Cell {
    if (end - start > SHORT) return cellOf(bytes.toString('utf8', start, end));
    let hash = end - start;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]) | 0;
    const place = (hash ^ (hash >>> 12)) & (PLACES - 1);
    if (!same(this.texts[place], bytes, start, end)) {
      this.texts[place] = bytes.toString('utf8', start, end);
      this.cells[place] = cellOf(this.texts[place]);
    }
    return this.cells[place];
  }
}

const cellOf = (text: string): Cell => (isMissing(text) ? null : text);

/** Never true of texts beyond ASCII, whose bytes are not the codes of their characters. */
function same(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}

/** How the bytes of a table are divided. */
export interface Marks {
  /** Bytes between two values. */
  readonly delimiter: Uint8Array;
  /** Whether quotation marks hold a value together (RFC 4180), or are signs like any other. */
  readonly quoted: boolean;
  /** What ends a line: LF, before which a CR is passed over, or CR. */
  readonly newline: number;
}

export const CR = 13;
export const LF = 10;
const SPACE = 32;
const QUOTE = 34;

/** Whether a run of spaces is one delimiter. */
export const isSpaces = ({ delimiter }: Marks): boolean => delimiter.length === 1 && delimiter[0] === SPACE;

/** What a scanner notes, in memory that threads can share. It is used again when nobody looks at it any more. */
export interface Notes {
  /** Where each value begins and ends. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The number that a value is; NaN where that has not been looked at, or it is none in the plainest way. */
  readonly numbers: Float32Array;
}

export const emptyNotes = (): Notes => notesOf(1024);

const notesOf = (values: number): Notes => {
  const memory = (): SharedArrayBuffer => new SharedArrayBuffer(4 * values);
  return {
    starts: new Int32Array(memory()),
    ends: new Int32Array(memory()),
    numbers: new Float32Array(memory()),
  };
};

/**
 * Finds where the values of a table lie in bytes of text in which ASCII stands for itself (UTF-8); nothing is decoded or copied.
 * Empty lines are passed over. A quotation mark inside of a value is a plain sign, and so are both where more follows the closing
 * one. A run of spaces is one delimiter.
 */
export class CsvScanner {
  /** Of `values` values. */
  notes = emptyNotes();
  values = 0;
  /** Line at which the next record begins, from 1. */
  line = 1;
  /** Line of a quotation mark that the bytes do not close; 0 where there is none. */
  openQuote = 0;
  /** Where the next record begins. */
  at = 0;
  private bytes: Uint8Array = new Uint8Array(1);
  private end = 0;
  /** Line ends inside of the record. */
  private inner = 0;
  private escapes = false;
  private readonly marks: Marks;
  private readonly spaces: boolean;

  constructor(marks: Marks) {
    this.marks = marks;
    this.spaces = isSpaces(marks);
  }

  /** Notes what is read from now on in these, or in longer ones if need be. */
  use(notes: Notes): void {
    this.notes = notes;
    this.values = 0;
    this.at = 0;
  }

  /** Goes on with `bytes[0 … end)`, which begin with a record. They need room for one byte more, which is overwritten. */
  read(bytes: Uint8Array, end: number): void {
    bytes[end] = this.marks.newline;
    this.bytes = bytes;
    this.end = end;
    this.at = 0;
  }

  /** Appends the values of the next record; returns how many, or −1 where the bytes end before the record does. */
  next(): number {
    const { bytes, end, spaces } = this;
    const { delimiter, newline, quoted } = this.marks;
    const [sign] = delimiter;
    let { starts, ends, numbers } = this.notes;
    let { at, values: value } = this;
    this.openQuote = 0;
    this.inner = 0;
    this.escapes = false;
    for (;;) {
      if (spaces) while (bytes[at] === SPACE) at++;
      if (value === starts.length) ({ starts, ends, numbers } = this.grow());
      numbers[value] = Number.NaN;
      if (quoted && bytes[at] === QUOTE) at = this.quotedValue(at, value);
      else {
        starts[value] = at;
        while (bytes[at] !== newline && (bytes[at] !== sign || !this.delimits(at))) at++;
        ends[value] = at;
      }
      if (at >= end) return -1;
      value++;
      if (bytes[at] !== newline) {
        at += delimiter.length;
        continue;
      }
      const count = this.finish(value, ++at);
      if (count > 0) return count;
      value = this.values;
    }
  }

  /** Appends rows that somebody else has found from `at` on, up to `next`. */
  append({ starts, ends, numbers }: Notes, rows: number, next: number): void {
    while (this.values + starts.length > this.notes.starts.length) this.grow();
    this.notes.starts.set(starts, this.values);
    this.notes.ends.set(ends, this.values);
    this.notes.numbers.set(numbers, this.values);
    this.values += starts.length;
    this.line += rows;
    this.at = next;
  }

  /** Ends the record before `next`; returns how many values it has. */
  private finish(values: number, next: number): number {
    const { bytes } = this;
    const { starts, ends } = this.notes;
    const { newline } = this.marks;
    const last = values - 1;
    if (ends[last] === next - 1 && newline === LF && bytes[next - 2] === CR && ends[last] > starts[last]) {
      ends[last]--;
    }
    this.line += this.inner + 1;
    this.at = next;
    if (this.escapes) this.unescape(values);
    this.inner = 0;
    this.escapes = false;
    // No value: an empty line, and spaces at the end of one.
    const none = starts[last] === ends[last] && bytes[ends[last]] !== QUOTE;
    const kept = none && (last === this.values || this.spaces) ? last : values;
    const count = kept - this.values;
    this.values = kept;
    return count;
  }

  /** Notes the value whose quotation mark stands at `open`; returns where what follows it stands, or the end of the bytes. */
  private quotedValue(open: number, value: number): number {
    const { bytes, end } = this;
    const { starts, ends } = this.notes;
    const { newline } = this.marks;
    const line = this.line + this.inner;
    let escaped = false;
    let at = open + 1;
    for (; at < end; at++) {
      const sign = bytes[at];
      if (sign === newline) this.inner++;
      if (sign !== QUOTE) continue;
      if (bytes[at + 1] !== QUOTE) break;
      escaped = true;
      at++;
    }
    if (at >= end - 1) {
      if (at >= end) this.openQuote = line;
      return end;
    }
    const after = at + (newline === LF && bytes[at + 1] === CR ? 2 : 1);
    const more = this.delimits(at + 1);
    if (bytes[after] === newline || more) {
      starts[value] = escaped ? ~(open + 1) : open + 1;
      this.escapes ||= escaped;
      ends[value] = at;
      return more ? at + 1 : after;
    }
    // More follows: the marks are signs of the text.
    do at++;
    while (bytes[at] !== newline && !this.delimits(at));
    starts[value] = open;
    ends[value] = at;
    return at;
  }

  /** Whether the delimiter stands at `at`. It has no line end in it, so that it is not found where the bytes end before it does. */
  private delimits(at: number): boolean {
    const { bytes } = this;
    const { delimiter } = this.marks;
    for (let byte = 0; byte < delimiter.length; byte++)
      if (bytes[at + byte] !== delimiter[byte]) return false;
    return true;
  }

  /** Takes the second of each pair of quotation marks out of the values that have such. */
  private unescape(values: number): void {
    const { bytes } = this;
    const { starts, ends } = this.notes;
    for (let value = this.values; value < values; value++) {
      if (starts[value] >= 0) continue;
      const start = ~starts[value];
      let to = start;
      for (let from = start; from < ends[value]; from++) {
        bytes[to++] = bytes[from];
        if (bytes[from] === QUOTE) from++;
      }
      starts[value] = start;
      ends[value] = to;
    }
  }

  private grow(): Notes {
    const { starts, ends, numbers } = this.notes;
    this.notes = notesOf(2 * starts.length);
    this.notes.starts.set(starts);
    this.notes.ends.set(ends);
    this.notes.numbers.set(numbers);
    return this.notes;
  }
}

const [QUOTE, BACKSLASH, COMMA] = [...'"\\,'].map((sign) => sign.charCodeAt(0));
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...'[]{}'].map((sign) => sign.charCodeAt(0));

/** Longest item that is put together before it is parsed. */
const MOST_ITEM_BYTES = 2 ** 26;

/** An element of a list, and the name under which the list stands. */
export interface JsonItem {
  readonly list: string;
  readonly value: unknown;
}

/**
 * Finds the elements of lists that stand by name in a JSON object at the top, in pieces of its bytes (RFC 8259, UTF-8). Only elements of
 * wanted lists are kept and parsed, one by one: memory is that of the largest element, whatever the size of the file.
 */
export class JsonLists {
  /** Wanted lists that were seen. */
  readonly found = new Set<string>();
  private readonly wanted: ReadonlySet<string>;
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** The last string at the top, which is the name of a list that begins. */
  private name = '';
  private list: string | undefined;
  /** What earlier pieces hold of an element or a name, and where it goes on in this one; -1 between them. */
  private carried: Buffer[] = [];
  private carriedBytes = 0;
  private start = -1;

  constructor(wanted: readonly string[]) {
    this.wanted = new Set(wanted);
  }

  /** The elements that end in the next piece, which is not kept. Throws an `Error` where an element is no JSON. */
  scan(piece: Buffer): JsonItem[] {
    const items: JsonItem[] = [];
    for (let at = 0; at < piece.length; at++) {
      if (this.inString) at = this.skipString(piece, at);
      else this.see(piece, at, items);
    }
    this.carry(piece);
    return items;
  }

  /** Throws an `Error` where the content ended too early. */
  end(): void {
    if (this.depth !== 0 || this.inString) throw new Error('It ends too early.');
  }

  /** Goes to the end of a string, or of the piece. */
  private skipString(piece: Buffer, from: number): number {
    for (let at = from; at < piece.length; at++) {
      if (this.escaped) this.escaped = false;
      else if (piece[at] === BACKSLASH) this.escaped = true;
      else if (piece[at] === QUOTE) {
        this.inString = false;
        if (this.depth === 1) this.name = String(JSON.parse(this.take(piece, at + 1)));
        return at;
      }
    }
    return piece.length;
  }

  private see(piece: Buffer, at: number, items: JsonItem[]): void {
    const byte = piece[at];
    if (byte === QUOTE) {
      this.inString = true;
      if (this.depth === 1) this.start = at;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      if (byte === OPEN_LIST && this.depth === 1 && this.wanted.has(this.name)) this.begin(at);
      this.depth++;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      if (--this.depth === 1) this.element(piece, at, items);
      if (this.depth === 1) [this.list, this.start] = [undefined, -1];
    } else if (byte === COMMA && this.depth === 2 && this.list !== undefined) {
      this.element(piece, at, items);
      this.start = at + 1;
    }
  }

  private begin(at: number): void {
    this.list = this.name;
    this.found.add(this.name);
    this.start = at + 1;
  }

  private element(piece: Buffer, end: number, items: JsonItem[]): void {
    if (this.list === undefined) return;
    const text = this.take(piece, end).trim();
    if (text !== '') items.push({ list: this.list, value: JSON.parse(text) });
  }

  private take(piece: Buffer, end: number): string {
    const rest = piece.subarray(this.start, end);
    const whole = this.carried.length > 0 ? Buffer.concat([...this.carried, rest]) : rest;
    [this.carried, this.carriedBytes, this.start] = [[], 0, -1];
    return whole.toString('utf8');
  }

  private carry(piece: Buffer): void {
    if (this.start < 0) return;
    const rest = Buffer.from(piece.subarray(this.start));
    this.carried.push(rest);
    this.carriedBytes += rest.length;
    if (this.carriedBytes > MOST_ITEM_BYTES)
      throw new Error(`An element has more than ${MOST_ITEM_BYTES} bytes.`);
    this.start = 0;
  }
}

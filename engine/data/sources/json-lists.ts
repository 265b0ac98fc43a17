import { MOST_DEPTH, parseJson, tooDeep } from './json-value.ts';
import { piecesOf, type Source } from './source.ts';
import { detectEncoding, textOf } from './text.ts';

const [QUOTE, BACKSLASH, COMMA, COLON] = [...'"\\,:'].map((sign) => sign.charCodeAt(0));
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...'[]{}'].map((sign) => sign.charCodeAt(0));

/** 1 for the bytes that mean something outside of strings, everywhere and inside of an element. Most do not, and a look at a table is quick. */
const table = (signs: string): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => Number(signs.includes(String.fromCharCode(byte))));
const [SIGNS, INNER_SIGNS] = [table('",:[]{}'), table('"[]{}')];

/** Longest item that is put together before it is parsed. */
const MOST_ITEM_BYTES = 2 ** 26;

/** An element of a list, and where the list stands. */
export interface JsonItem {
  readonly list: string;
  readonly value: unknown;
}

/** An object or a list that has begun and not ended. */
interface Container {
  readonly opener: number;
  /** Names that lead to it, parted by points: `result.rows`, and nothing at the top. Undefined inside of lists. */
  readonly path: string | undefined;
}

/**
 * Finds the elements of lists in JSON, in pieces of its bytes (RFC 8259, UTF-8). A list is called by the names that lead to it. Only elements
 * of wanted lists are kept and parsed, one by one: memory is that of the largest element, whatever the size of the file.
 */
export class JsonLists {
  /** Wanted lists that were seen. */
  readonly found = new Set<string>();
  /** How many objects or lists were seen in each list that is not wanted. */
  readonly others = new Map<string, number>();
  private readonly wanted: ReadonlySet<string>;
  private readonly containers: Container[] = [];
  private inString = false;
  private escaped = false;
  /** True where a string would be the name of a value. */
  private named = false;
  private name = '';
  /** The wanted list that is being read, and how deep its elements are. */
  private list: string | undefined;
  private listDepth = 0;
  /** What earlier pieces hold of an element or a name, and where it goes on in this one; -1 between them. */
  private carried: Buffer[] = [];
  private carriedBytes = 0;
  private start = -1;

  constructor(wanted: readonly string[] = []) {
    this.wanted = new Set(wanted);
  }

  /** The elements that end in the next piece, which is not kept. Throws an `Error` where it is no JSON. */
  scan(piece: Buffer): JsonItem[] {
    const items: JsonItem[] = [];
    const { length } = piece;
    for (let at = 0; at < length; at++) {
      if (this.inString) at = this.skipString(piece, at);
      else {
        const signs =
          this.containers.length > this.listDepth && this.list !== undefined ? INNER_SIGNS : SIGNS;
        while (at < length && signs[piece[at]] === 0) at++;
        if (at < length) this.see(piece, at, items);
      }
    }
    this.carry(piece);
    return items;
  }

  /** Throws an `Error` where the content ended too early. */
  end(): void {
    if (this.containers.length > 0 || this.inString) throw new Error('It ends too early.');
  }

  /** Goes to the end of a string, or of the piece. */
  private skipString(piece: Buffer, from: number): number {
    for (let at = from; at < piece.length; at++) {
      if (this.escaped) this.escaped = false;
      else if (piece[at] === BACKSLASH) this.escaped = true;
      else if (piece[at] === QUOTE) {
        this.inString = false;
        if (this.named) this.name = String(JSON.parse(this.take(piece, at + 1)));
        return at;
      }
    }
    return piece.length;
  }

  private see(piece: Buffer, at: number, items: JsonItem[]): void {
    const byte = piece[at];
    if (byte === QUOTE) {
      this.inString = true;
      if (this.named) this.start = at;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.open(byte, at);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.close(byte, piece, at, items);
    else if (byte === COLON) this.named = false;
    else if (byte === COMMA) {
      if (this.list === undefined) this.named = this.containers.at(-1)?.opener === OPEN_OBJECT;
      else if (this.containers.length === this.listDepth) {
        this.element(piece, at, items);
        this.start = at + 1;
      }
    }
  }

  private open(opener: number, at: number): void {
    const { containers } = this;
    if (containers.length === MOST_DEPTH) throw tooDeep();
    if (this.list !== undefined) {
      containers.push({ opener, path: undefined });
      return;
    }
    const path = this.pathInside(containers.at(-1));
    containers.push({ opener, path });
    if (opener === OPEN_LIST && path !== undefined && this.wanted.has(path)) this.begin(path, at);
    this.named = opener === OPEN_OBJECT && this.list === undefined;
  }

  /** Where a container stands that begins inside of another one, or at the top. */
  private pathInside(outer: Container | undefined): string | undefined {
    if (outer === undefined) return '';
    if (outer.path === undefined) return undefined;
    if (outer.opener === OPEN_OBJECT) return outer.path === '' ? this.name : `${outer.path}.${this.name}`;
    this.others.set(outer.path, (this.others.get(outer.path) ?? 0) + 1);
    return undefined;
  }

  private begin(list: string, at: number): void {
    this.found.add(list);
    [this.list, this.listDepth, this.start] = [list, this.containers.length, at + 1];
  }

  private close(closer: number, piece: Buffer, at: number, items: JsonItem[]): void {
    const opener = closer === CLOSE_LIST ? OPEN_LIST : OPEN_OBJECT;
    if (this.containers.at(-1)?.opener !== opener)
      throw new Error(`${String.fromCharCode(closer)} closes what was not opened.`);
    if (this.list !== undefined && this.containers.length === this.listDepth) {
      this.element(piece, at, items);
      [this.list, this.start] = [undefined, -1];
    }
    this.containers.pop();
  }

  private element(piece: Buffer, end: number, items: JsonItem[]): void {
    const text = this.take(piece, end).trim();
    if (text !== '') items.push({ list: this.list!, value: parseJson(text) });
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

/** The elements of lists of a source, in any encoding, as many as a piece of it holds. They throw an `Error` where it is no JSON. */
export function elementsOf(
  source: Source,
  lists: JsonLists,
): { readonly elements: AsyncIterable<JsonItem[]>; readonly read: () => number } {
  const { pieces, read } = bytesOf(source);
  async function* elements(): AsyncIterable<JsonItem[]> {
    for await (const piece of pieces) yield lists.scan(piece);
    lists.end();
  }
  return { elements: elements(), read };
}

/** The content as UTF-8. */
function bytesOf(source: Source): ReturnType<typeof piecesOf> {
  if (detectEncoding(source.head).encoding === 'utf-8') return piecesOf(source);
  const { text, read } = textOf(source);
  async function* pieces(): AsyncIterable<Buffer> {
    for await (const piece of text as AsyncIterable<string>) yield Buffer.from(piece);
  }
  return { pieces: pieces(), read };
}

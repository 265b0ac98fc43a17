import type { TextTokens } from '../../core/dataset.ts';
import { cased } from './catalogue.ts';
import type { Pieces, Text } from './tokenizer.ts';

const SPACE = ' ';
/** So many different things between spaces are remembered; then it begins anew, so that memory stays flat. */
const REMEMBERED = 1 << 18;

/** Numbers the pieces of texts in the order in which they come up, so that each text is cut once. */
export class PieceNumbers {
  /** Pieces by number. */
  readonly names: string[] = [];
  private readonly numberOf = new Map<string, number>();
  private readonly remembered = new Map<string, readonly number[]>();
  private readonly pieces: Pieces;
  private readonly tokens: TextTokens;
  private numbers = new Int32Array(64);
  private count = 0;

  constructor(pieces: Pieces, tokens: TextTokens) {
    this.pieces = pieces;
    this.tokens = tokens;
  }

  of(text: Text): Int32Array {
    this.count = 0;
    if (typeof text !== 'string') for (const piece of cased(text, this.tokens)) this.add(this.number(piece));
    else if (this.pieces.spaced) this.addSpaced(text);
    else for (const piece of this.cut(text)) this.add(this.number(piece));
    return this.numbers.slice(0, this.count);
  }

  /** Words come up again and again, with the same marks at their ends. */
  private addSpaced(text: string): void {
    for (let from = 0; from <= text.length;) {
      const space = text.indexOf(SPACE, from);
      const to = space < 0 ? text.length : space;
      if (to > from) {
        const numbers = this.numbersOf(text.slice(from, to));
        for (let at = 0; at < numbers.length; at++) this.add(numbers[at]);
      }
      from = to + 1;
    }
  }

  private numbersOf(chunk: string): readonly number[] {
    const known = this.remembered.get(chunk);
    if (known) return known;
    if (this.remembered.size === REMEMBERED) this.remembered.clear();
    const numbers = Array.from(this.cut(chunk), (piece) => this.number(piece));
    this.remembered.set(chunk, numbers);
    return numbers;
  }

  private cut(text: string): Iterable<string> {
    return this.pieces.cut(cased(text, this.tokens) as string);
  }

  private number(piece: string): number {
    let number = this.numberOf.get(piece);
    if (number === undefined) {
      number = this.names.push(piece) - 1;
      this.numberOf.set(piece, number);
    }
    return number;
  }

  private add(number: number): void {
    if (this.count === this.numbers.length) {
      const longer = new Int32Array(2 * this.count);
      longer.set(this.numbers);
      this.numbers = longer;
    }
    this.numbers[this.count++] = number;
  }
}

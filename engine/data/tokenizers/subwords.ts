import TinyQueue from 'tinyqueue';
import { mostFrequent, SPECIAL, type VocabularySettings } from './tokenizer.ts';

/** How words are spelled: their first pieces, and the piece that two neighbours become. */
export interface Spelling {
  split(word: string): string[];
  join(left: string, right: string): string;
}

/**
 * Learns pieces of words by joining, again and again, the two neighbours that stand together most often, until the vocabulary is full or
 * no pair is frequent enough (Sennrich, Haddow & Birch, ACL 2016). The single signs come first, then the joined pieces in their order,
 * which is all that `mergePieces` must know.
 */
export function learnPieces(
  words: ReadonlyMap<string, number>,
  { split, join }: Spelling,
  { size, minimum }: Pick<VocabularySettings, 'size' | 'minimum'>,
): string[] {
  const signs = new Map<string, number>();
  for (const [word, count] of words)
    for (const sign of split(word)) signs.set(sign, (signs.get(sign) ?? 0) + count);
  const known = new Set([...SPECIAL, ...mostFrequent(signs, minimum).slice(0, size - SPECIAL.length)]);
  const pairs = new Pairs(words, split, known);
  while (known.size < size) {
    const best = pairs.takeBest(Math.max(2, minimum));
    if (!best) break;
    const joined = join(best.left, best.right);
    known.add(joined);
    pairs.merge(best, joined);
  }
  return [...known];
}

/** Joins neighbours of a word, those first that were learned first, until no two make a piece that is known. */
export function mergePieces(
  word: string,
  { split, join }: Spelling,
  indexOf: ReadonlyMap<string, number>,
): string[] {
  const pieces = split(word);
  for (;;) {
    let best = Infinity;
    let place = -1;
    for (let at = 0; at + 1 < pieces.length; at++) {
      const index = indexOf.get(join(pieces[at], pieces[at + 1])) ?? Infinity;
      if (index < best) [best, place] = [index, at];
    }
    if (place < 0) return pieces;
    pieces.splice(place, 2, join(pieces[place], pieces[place + 1]));
  }
}

interface Pair {
  readonly left: string;
  readonly right: string;
  count: number;
  /** Words in which it stands, or stood. */
  readonly words: Set<Word>;
}

interface Word {
  pieces: string[];
  readonly count: number;
}

/** Which pieces stand beside each other in the words, and how often. */
class Pairs {
  private readonly pairs = new Map<string, Pair>();
  /** Pairs as they were counted once; an entry whose count is no longer true is put back with the one that is. */
  private readonly queue: TinyQueue<readonly [count: number, pair: Pair]>;
  private readonly known: ReadonlySet<string>;

  constructor(
    words: ReadonlyMap<string, number>,
    split: (word: string) => string[],
    known: ReadonlySet<string>,
  ) {
    this.known = known;
    for (const [word, count] of words) this.add({ pieces: split(word), count }, 1);
    const entries = [...this.pairs.values()].map((pair) => [pair.count, pair] as const);
    this.queue = new TinyQueue(entries, ([a, x], [b, y]) => b - a || order(x, y));
  }

  /** The pair that stands most often, equally frequent ones in the order of their letters; undefined where none is frequent enough. */
  takeBest(minimum: number): Pair | undefined {
    for (let entry = this.queue.pop(); entry; entry = this.queue.pop()) {
      const [count, pair] = entry;
      if (pair.count < minimum) continue;
      if (pair.count === count) return pair;
      this.queue.push([pair.count, pair]);
    }
    return undefined;
  }

  merge({ left, right, words }: Pair, joined: string): void {
    const changed = new Set<Pair>();
    for (const word of [...words]) {
      this.add(word, -1);
      word.pieces = replaced(word.pieces, left, right, joined);
      for (const pair of this.add(word, 1)) changed.add(pair);
    }
    for (const pair of changed) this.queue.push([pair.count, pair]);
  }

  /** Counts the pairs of a word, or takes them back; the pairs that it holds. */
  private add(word: Word, sign: 1 | -1): Pair[] {
    const { pieces, count } = word;
    const held: Pair[] = [];
    for (let at = 0; at + 1 < pieces.length; at++) {
      const [left, right] = [pieces[at], pieces[at + 1]];
      if (!this.known.has(left) || !this.known.has(right)) continue;
      const key = `${left}\0${right}`;
      const pair: Pair = this.pairs.get(key) ?? { left, right, count: 0, words: new Set() };
      this.pairs.set(key, pair);
      pair.count += sign * count;
      if (sign > 0) pair.words.add(word);
      else pair.words.delete(word);
      held.push(pair);
    }
    return held;
  }
}

const order = (x: Pair, y: Pair): number => {
  if (x.left !== y.left) return x.left < y.left ? -1 : 1;
  return x.right < y.right ? -1 : 1;
};

function replaced(pieces: readonly string[], left: string, right: string, joined: string): string[] {
  const next: string[] = [];
  for (let at = 0; at < pieces.length; at++) {
    const both = pieces[at] === left && pieces[at + 1] === right;
    next.push(both ? joined : pieces[at]);
    if (both) at++;
  }
  return next;
}

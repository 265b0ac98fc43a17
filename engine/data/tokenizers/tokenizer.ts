/** Indices that every vocabulary begins with: what fills up short texts, and what stands for tokens that it does not know. */
export const PADDING = 0;
export const UNKNOWN = 1;
export const SPECIAL = ['<pad>', '<unk>'] as const;

export interface VocabularySettings {
  /** Most tokens, the special ones among them. */
  readonly size: number;
  /** Tokens that are rarer in the training texts are unknown. */
  readonly minimum: number;
  /** Path of a tokenizer that was made elsewhere; empty where there is none. */
  readonly file: string;
}

/** A text, or its tokens where the source knows them. */
export type Text = string | readonly string[];

/** What a tokenizer knows: kept with the column, so that texts are read in the same way for good. */
export interface Learned {
  /** Tokens by index; the first ones are `SPECIAL`. */
  readonly classes: readonly string[];
  /** What it needs beside its vocabulary. Plain data. */
  readonly definition?: object;
}

/** Between texts and the indices of a vocabulary. */
export interface Codec {
  encode(text: Text): number[];
  /** The text that indices stand for, as far as they tell. */
  decode(indices: readonly number[]): string;
}

/** A tokenizer that looks at a text piece by piece: what a piece becomes does not depend on those beside it. */
export interface Pieces {
  cut(text: string): Iterable<string>;
  /** True where spaces part pieces and stand in none: then what stands between two of them can be cut by itself. */
  readonly spaced?: true;
  /** By how often each piece stands in the training texts. */
  learn(counts: ReadonlyMap<string, number>, settings: VocabularySettings): Learned;
  /** Gives the indices of a piece. */
  speller(classes: readonly string[]): (piece: string) => readonly number[];
}

/** A way to cut texts into tokens, described once. */
export interface TokenizerRecord {
  readonly id: string;
  readonly title: string;
  readonly doc: string;
  /** True where it decides about capital letters itself. */
  readonly ownCase?: boolean;
  /** True where a file says what it does, and nothing is learned. */
  readonly fromFile?: boolean;
  /** Where it goes piece by piece: then an import cuts each text once. */
  readonly pieces?: Pieces;
  learn(texts: AsyncIterable<Text>, settings: VocabularySettings): Promise<Learned>;
  open(learned: Learned): Codec;
}

export function pieceTokenizer(
  about: Pick<TokenizerRecord, 'id' | 'title' | 'doc'>,
  pieces: Pieces,
  textOf: (tokens: readonly string[]) => string,
): TokenizerRecord {
  return {
    ...about,
    pieces,
    learn: async (texts, settings) => pieces.learn(await countPieces(texts, pieces.cut), settings),
    open({ classes }) {
      const spell = pieces.speller(classes);
      return {
        encode: (text) => Array.from(piecesOf(text, pieces.cut)).flatMap((piece) => spell(piece)),
        decode: (indices) => textOf(namesOf(indices, classes)),
      };
    },
  };
}

/** The most frequent pieces are the vocabulary. */
export const frequentPieces: Pick<Pieces, 'learn' | 'speller'> = {
  learn(counts, { size, minimum }) {
    return { classes: [...SPECIAL, ...mostFrequent(counts, minimum).slice(0, size - SPECIAL.length)] };
  },
  speller(classes) {
    const indexOf = indicesOf(classes);
    return (piece) => [indexOf.get(piece) ?? UNKNOWN];
  },
};

/** Pieces of a text, where it does not come in pieces already. */
const piecesOf = (text: Text, cut: (text: string) => Iterable<string>): Iterable<string> =>
  typeof text === 'string' ? cut(text) : text;

async function countPieces(
  texts: AsyncIterable<Text>,
  cut: (text: string) => Iterable<string>,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const text of texts)
    for (const piece of piecesOf(text, cut)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  return counts;
}

/** Equally frequent ones in the order of their letters, so that the same texts give the same vocabulary. */
export function mostFrequent(counts: ReadonlyMap<string, number>, minimum: number): string[] {
  return [...counts]
    .filter(([, count]) => count >= minimum)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([piece]) => piece);
}

export const indicesOf = (classes: readonly string[]): Map<string, number> =>
  new Map(classes.map((piece, index) => [piece, index]));

/** Tokens of indices, without what only fills up. */
const namesOf = (indices: readonly number[], classes: readonly string[]): string[] =>
  indices.filter((index) => index !== PADDING).map((index) => classes[index] ?? SPECIAL[UNKNOWN]);

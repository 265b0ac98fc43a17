/** Indices that every vocabulary begins with: what fills up short texts, and what stands for tokens that it does not know. */
export const PADDING = 0;
export const UNKNOWN = 1;
export const SPECIAL = ['<pad>', '<unk>'] as const;

export interface VocabularySettings {
  /** Most tokens, the special ones among them. */
  readonly size: number;
  /** Tokens that are rarer in the training texts are unknown. */
  readonly minimum: number;
}

/** A text, or its tokens where the source knows them. */
export type Text = string | readonly string[];

/** A way to cut texts into tokens, described once. */
export interface TokenizerRecord {
  readonly id: string;
  readonly title: string;
  readonly doc: string;
  /** Learns a vocabulary from texts. Index = position; the first ones are `SPECIAL`. */
  learn(texts: AsyncIterable<Text>, settings: VocabularySettings): Promise<readonly string[]>;
  /** Makes what turns texts into indices of a vocabulary. */
  encoder(vocabulary: readonly string[]): (text: Text) => number[];
  /** The text that indices stand for, as far as they tell. */
  decode(indices: readonly number[], vocabulary: readonly string[]): string;
}

/** A tokenizer that cuts texts by a rule of its own and knows the most frequent of the pieces. */
export function pieceTokenizer(
  words: Pick<TokenizerRecord, 'id' | 'title' | 'doc'>,
  cut: (text: string) => Iterable<string>,
  joint: string,
): TokenizerRecord {
  const pieces = (text: Text): Iterable<string> => (typeof text === 'string' ? cut(text) : text);
  return {
    ...words,
    async learn(texts, { size, minimum }) {
      const counts = new Map<string, number>();
      for await (const text of texts)
        for (const piece of pieces(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
      // Equally frequent ones in the order of their letters, so that the same texts give the same vocabulary.
      const known = [...counts]
        .filter(([, count]) => count >= minimum)
        .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
      return [...SPECIAL, ...known.slice(0, size - SPECIAL.length).map(([piece]) => piece)];
    },
    encoder(vocabulary) {
      const indexOf = new Map(vocabulary.map((piece, index) => [piece, index]));
      return (text) => Array.from(pieces(text), (piece) => indexOf.get(piece) ?? UNKNOWN);
    },
    decode: (indices, vocabulary) =>
      indices
        .filter((index) => index !== PADDING)
        .map((index) => vocabulary[index] ?? SPECIAL[UNKNOWN])
        .join(joint),
  };
}

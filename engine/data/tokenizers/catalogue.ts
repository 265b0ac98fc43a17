import type { Column, TextTokens } from '../../core/dataset.ts';
import { records } from './registry.gen.ts';
import type { Codec, Learned, Text, TokenizerRecord } from './tokenizer.ts';

export const tokenizers: readonly TokenizerRecord[] = records;

export function tokenizerOf(id: string): TokenizerRecord {
  return tokenizers.find((record) => record.id === id)!;
}

const codecs = new WeakMap<TextTokens, Codec>();

/** Between texts and the stored indices of a column of texts. */
export function codecOf({ tokens, classes }: Required<Pick<Column, 'tokens' | 'classes'>>): Codec {
  const known = codecs.get(tokens);
  if (known) return known;
  const codec = openCodec(tokens, { classes, definition: tokens.definition });
  codecs.set(tokens, codec);
  return codec;
}

/** A tokenizer with what it has learned, and the column's way with capital letters. */
export function openCodec(tokens: TextTokens, learned: Learned): Codec {
  const { encode, decode } = tokenizerOf(tokens.tokenizer).open(learned);
  return { encode: (text) => encode(cased(text, tokens)), decode };
}

/** A text as the column reads it. */
export function cased(text: Text, { lowerCase }: TextTokens): Text {
  if (!lowerCase) return text;
  return typeof text === 'string' ? text.toLowerCase() : text.map((token) => token.toLowerCase());
}

import { frequentPieces, pieceTokenizer } from './tokenizer.ts';

/** Words with the marks inside of them, numbers, and every other sign by itself (Unicode classes of UAX #44). */
const WORD = /[\p{L}\p{M}\p{N}_]+(?:['’][\p{L}\p{M}]+)*|[^\s\p{L}\p{M}\p{N}_]/gu;

export const cutWords = (text: string): Iterable<string> => text.match(WORD) ?? [];

export default pieceTokenizer(
  {
    id: 'words',
    title: 'Words',
    doc: 'Words and signs, as spaces and punctuation part them. Words that are not among the most frequent ones are unknown.',
  },
  { cut: cutWords, spaced: true, ...frequentPieces },
  (tokens) => tokens.join(' '),
);

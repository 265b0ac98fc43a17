import { learnPieces, mergePieces, type Spelling } from './subwords.ts';
import { indicesOf, pieceTokenizer, UNKNOWN } from './tokenizer.ts';

/** Words, numbers and signs with the space before them, so that the tokens put together are the text. */
const WORD = / ?[\p{L}\p{M}]+| ?\p{N}+| ?[^\s\p{L}\p{M}\p{N}]+|\s+(?!\S)|\s+/gu;

const spelling: Spelling = { split: (word) => [...word], join: (left, right) => left + right };

export default pieceTokenizer(
  {
    id: 'bpe',
    title: 'Byte-pair encoding',
    doc: 'Frequent words whole, rare ones in pieces that were learned from the training texts (Sennrich et al., ACL 2016). Hardly a word is unknown, and the tokens put together are the text.',
  },
  {
    cut: (text) => text.match(WORD) ?? [],
    learn: (counts, settings) => ({ classes: learnPieces(counts, spelling, settings) }),
    speller(classes) {
      const indexOf = indicesOf(classes);
      const seen = new Map<string, number[]>();
      return (word) => {
        const known = seen.get(word);
        if (known) return known;
        const indices = mergePieces(word, spelling, indexOf).map((piece) => indexOf.get(piece) ?? UNKNOWN);
        seen.set(word, indices);
        return indices;
      };
    },
  },
  (tokens) => tokens.join(''),
);

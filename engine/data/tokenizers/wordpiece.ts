import { learnPieces, type Spelling } from './subwords.ts';
import { indicesOf, pieceTokenizer, UNKNOWN } from './tokenizer.ts';
import { cutWords } from './words.ts';

/** What pieces that go on with a word begin with. */
const INSIDE = '##';

const spelling: Spelling = {
  split: (word) => [...word].map((sign, at) => (at === 0 ? sign : INSIDE + sign)),
  join: (left, right) => left + right.slice(INSIDE.length),
};

export default pieceTokenizer(
  {
    id: 'wordpiece',
    title: 'WordPiece',
    doc: 'Words in the longest pieces that are known, ## before those that go on with a word, as BERT reads them (Schuster & Nakajima, ICASSP 2012). The pieces are learned from the training texts.',
  },
  {
    cut: cutWords,
    spaced: true,
    learn: (counts, settings) => ({ classes: learnPieces(counts, spelling, settings) }),
    speller(classes) {
      const indexOf = indicesOf(classes);
      return (word) => longestPieces(word, indexOf);
    },
  },
  (tokens) => tokens.join(' ').replaceAll(` ${INSIDE}`, ''),
);

/** The longest piece that is known, and so on from its end; a word with an unknown sign is unknown as a whole. */
function longestPieces(word: string, indexOf: ReadonlyMap<string, number>): number[] {
  const signs = [...word];
  const indices: number[] = [];
  for (let from = 0; from < signs.length;) {
    let to = signs.length;
    let index: number | undefined;
    while (to > from && index === undefined) {
      index = indexOf.get((from === 0 ? '' : INSIDE) + signs.slice(from, to).join(''));
      if (index === undefined) to--;
    }
    if (index === undefined) return [UNKNOWN];
    indices.push(index);
    from = to;
  }
  return indices;
}

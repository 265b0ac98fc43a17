import { frequentPieces, pieceTokenizer } from './tokenizer.ts';

export default pieceTokenizer(
  {
    id: 'characters',
    title: 'Characters',
    doc: 'Single characters. Few tokens and none unknown, but long sequences.',
  },
  // By code points, so that a sign beyond the first 65,536 is one token.
  { cut: (text) => text, ...frequentPieces },
  (tokens) => tokens.join(''),
);

import { dot, productLayer } from './products.ts';

export default productLayer(
  {
    type: 'dot',
    title: 'Dot',
    summary: 'Multiplies two vectors into one number.',
    doc:
      '$z = \\sum_i x_i y_i$ over the last axis, of which 1 remains.\n\n' +
      'How well two embeddings fit: a user and a film in recommenders (matrix factorisation: Koren et al., IEEE Computer 42, 2009).',
    keywords: ['inner product', 'scalar product', 'similarity', 'matrix factorization', 'recommender'],
  },
  dot,
);

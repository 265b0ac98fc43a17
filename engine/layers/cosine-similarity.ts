import type { Builder, Value } from '../ir/builder.ts';
import { maximum } from '../ops/max.ts';
import { mul } from '../ops/mul.ts';
import { rsqrt } from '../ops/rsqrt.ts';
import { dot, productLayer } from './products.ts';

/** Smallest length that is divided by, as in PyTorch. */
const SHORTEST = 1e-8;

const inverseLength = (b: Builder, x: Value): Value => rsqrt(b, maximum(b, dot(b, x, x), SHORTEST ** 2));

export default productLayer(
  {
    type: 'cosine-similarity',
    title: 'Cosine similarity',
    summary: 'Tells how far two vectors point the same way: -1 … 1.',
    doc:
      '$z = \\sum_i x_i y_i / (|x| |y|)$ over the last axis, of which 1 remains.\n\n' +
      'For embeddings whose direction counts and not their length: search, matching, Siamese networks.',
    keywords: ['cosine', 'angle', 'similarity', 'siamese', 'embedding', 'normalized dot'],
  },
  (b, x, y) => mul(b, dot(b, x, y), mul(b, inverseLength(b, x), inverseLength(b, y))),
);

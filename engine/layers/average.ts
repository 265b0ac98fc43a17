import { add } from '../ops/add.ts';
import { mul } from '../ops/mul.ts';
import { mergingLayer } from './merging.ts';

export default mergingLayer(
  {
    type: 'average',
    title: 'Average',
    summary: 'Averages values of equal shapes.',
    doc: '$y = (x_1 + x_2 + …) / n$, element by element.\n\nFor branches that vote, as an ensemble does.',
    keywords: ['mean', 'ensemble', 'vote'],
  },
  add,
  (b, sum, count) => mul(b, sum, 1 / count),
);

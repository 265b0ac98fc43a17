import { minimum } from '../ops/min.ts';
import { mergingLayer } from './merging.ts';

export default mergingLayer(
  {
    type: 'minimum',
    title: 'Minimum',
    summary: 'Keeps the smallest of values of equal shapes.',
    doc: '$y = \\min(x_1, x_2, …)$, element by element.\n\nFor the most careful answer of several branches, such as two critics.',
    keywords: ['min', 'smallest', 'twin critics'],
  },
  minimum,
);

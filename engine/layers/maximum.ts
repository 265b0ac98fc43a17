import { maximum } from '../ops/max.ts';
import { mergingLayer } from './merging.ts';

export default mergingLayer(
  {
    type: 'maximum',
    title: 'Maximum',
    summary: 'Keeps the largest of values of equal shapes.',
    doc: '$y = \\max(x_1, x_2, …)$, element by element.\n\nFor the strongest answer of several branches (Maxout: Goodfellow et al., ICML 2013).',
    keywords: ['max', 'largest', 'maxout'],
  },
  maximum,
);

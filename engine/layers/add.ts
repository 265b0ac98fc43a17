import { add } from '../ops/add.ts';
import { mergingLayer } from './merging.ts';

export default mergingLayer(
  {
    type: 'add',
    title: 'Add',
    summary: 'Adds values of equal shapes.',
    doc: '$y = x_1 + x_2 + …$, element by element.\n\nFor residual connections around layers (He et al., CVPR 2016).',
    keywords: ['sum', 'plus', 'residual', 'skip'],
  },
  add,
);

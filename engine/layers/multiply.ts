import { mul } from '../ops/mul.ts';
import { mergingLayer } from './merging.ts';

export default mergingLayer(
  {
    type: 'multiply',
    title: 'Multiply',
    summary: 'Multiplies values of equal shapes.',
    doc: '$y = x_1 · x_2 · …$, element by element.\n\nFor gates: one branch, after a Sigmoid, decides how much of another passes.',
    keywords: ['product', 'times', 'gate', 'mask', 'hadamard'],
  },
  mul,
);

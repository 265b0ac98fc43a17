import { sub } from '../ops/sub.ts';
import { defineLayer } from './layer.ts';
import { inferMerged, PAIR } from './merging.ts';
import { OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'subtract',
  title: 'Subtract',
  category: 'merge',
  summary: 'Takes one value from another.',
  doc: '$z = x - y$, element by element.\n\nFor what two branches differ in, as in Siamese networks.',
  keywords: ['minus', 'difference', 'siamese'],
  fields: {},
  inputs: PAIR,
  outputs: OUTPUT,
  infer: ({ inputs: { x, y } }) =>
    inferMerged('Subtract', [
      ['x', x[0]],
      ['y', y[0]],
    ]),
  stepwise: eachPosition,
  lower: ({ b, inputs: { x, y } }) => ({ output: sub(b, x[0], y[0]) }),
});

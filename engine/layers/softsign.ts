import { abs } from '../ops/abs.ts';
import { add } from '../ops/add.ts';
import { div } from '../ops/div.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'softsign',
  title: 'Softsign',
  category: 'activation',
  summary: 'Squeezes values into -1 … 1, slower than Tanh.',
  doc: '$y = x / (1 + |x|)$\n\nLike Tanh, but its gradient fades later. Glorot & Bengio, AISTATS 2010.',
  keywords: ['activation', 'squash'],
  fields: {},
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs }) {
    const [x] = inputs.input;
    return { output: div(b, x, add(b, abs(b, x), 1)) };
  },
});

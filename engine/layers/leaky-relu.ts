import { number } from '../core/fields.ts';
import { less } from '../ops/less.ts';
import { mul } from '../ops/mul.ts';
import { select } from '../ops/select.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'leaky-relu',
  title: 'LeakyReLU',
  category: 'activation',
  summary: 'A ReLU that lets a little of the negative values through.',
  doc: '$y = x$ for $x > 0$, else $a x$ with the slope $a$.\n\nA unit that is negative for all data can still learn. Maas et al., 2013.',
  keywords: ['rectifier', 'activation', 'slope'],
  fields: {
    slope: number({ label: 'Slope', help: 'Factor of negative values.', default: 0.01, min: 0, max: 1 }),
  },
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs, params }) {
    const [x] = inputs.input;
    return { output: select(b, less(b, 0, x), x, mul(b, x, params.slope)) };
  },
});

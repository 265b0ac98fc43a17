import { less } from '../ops/less.ts';
import { mul } from '../ops/mul.ts';
import { select } from '../ops/select.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, lastExtent, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'prelu',
  title: 'PReLU',
  category: 'activation',
  summary: 'A LeakyReLU that learns its slope for each channel.',
  doc:
    '$y = x$ for $x > 0$, else $a_c x$ with a trained slope $a_c$ per channel (last axis), 0.25 at the start.\n\n' +
    'Where a few more weights are welcome. He et al., ICCV 2015.',
  keywords: ['rectifier', 'activation', 'slope', 'parametric', 'learned'],
  fields: {},
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  weights: ({ inputs }) => [
    {
      name: 'slope',
      shape: [lastExtent(inputs.input[0])],
      init: { kind: 'constant', value: 0.25 },
      role: 'parameter',
      // Decay would pull it towards a plain ReLU.
      decay: false,
    },
  ],
  lower({ b, inputs, weight }) {
    const [x] = inputs.input;
    return { output: select(b, less(b, 0, x), x, mul(b, x, weight('slope'))) };
  },
});

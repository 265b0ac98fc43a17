import { number } from '../core/fields.ts';
import { exp } from '../ops/exp.ts';
import { less } from '../ops/less.ts';
import { minimum } from '../ops/min.ts';
import { mul } from '../ops/mul.ts';
import { select } from '../ops/select.ts';
import { sub } from '../ops/sub.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'elu',
  title: 'ELU',
  category: 'activation',
  summary: 'A ReLU whose negative side bends smoothly to a limit.',
  doc: '$y = x$ for $x > 0$, else $\\alpha (e^x - 1)$.\n\nKeeps the mean of activations near 0. Clevert et al., ICLR 2016.',
  keywords: ['exponential', 'rectifier', 'activation'],
  fields: {
    alpha: number({ label: 'Alpha', help: 'Negative values end at minus this.', default: 1, min: 0 }),
  },
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs, params }) {
    const [x] = inputs.input;
    // The side that is not chosen must not overflow either: 0 times infinity is no gradient.
    const bent = mul(b, sub(b, exp(b, minimum(b, x, 0)), 1), params.alpha);
    return { output: select(b, less(b, 0, x), x, bent) };
  },
});

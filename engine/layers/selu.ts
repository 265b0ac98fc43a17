import { exp } from '../ops/exp.ts';
import { less } from '../ops/less.ts';
import { minimum } from '../ops/min.ts';
import { mul } from '../ops/mul.ts';
import { select } from '../ops/select.ts';
import { sub } from '../ops/sub.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

/** The fixed point of mean 0 and deviation 1, as the paper derives it. */
export const SELU_SCALE = 1.0507009873554805;
export const SELU_ALPHA = 1.6732632423543772;

export default defineLayer({
  type: 'selu',
  title: 'SELU',
  category: 'activation',
  summary: 'An ELU that keeps mean 0 and deviation 1 by itself.',
  doc:
    '$y = \\lambda x$ for $x > 0$, else $\\lambda \\alpha (e^x - 1)$, with $\\lambda = 1.0507$ and $\\alpha = 1.6733$.\n\nFor deep Dense networks without ' +
    'normalisation; kernels should start as N(0, 1/√d), and dropout be AlphaDropout. Klambauer et al., NeurIPS 2017.',
  keywords: ['activation', 'self-normalizing', 'exponential', 'snn'],
  fields: {},
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs }) {
    const [x] = inputs.input;
    // The side that is not chosen must not overflow either: 0 times infinity is no gradient.
    const bent = mul(b, sub(b, exp(b, minimum(b, x, 0)), 1), SELU_ALPHA);
    return { output: mul(b, select(b, less(b, 0, x), x, bent), SELU_SCALE) };
  },
});

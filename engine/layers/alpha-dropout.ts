import { add } from '../ops/add.ts';
import { less } from '../ops/less.ts';
import { mul } from '../ops/mul.ts';
import { select } from '../ops/select.ts';
import { rateField } from './dropping.ts';
import { defineLayer } from './layer.ts';
import { SELU_ALPHA, SELU_SCALE } from './selu.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

/** What a SELU gives for very negative values. */
const LOWEST = -SELU_SCALE * SELU_ALPHA;

export default defineLayer({
  type: 'alpha-dropout',
  title: 'AlphaDropout',
  category: 'regularisation',
  summary: 'Dropout that keeps mean and deviation, for SELU.',
  doc:
    "While training, each value is set to $\\alpha' = -\\lambda \\alpha$ with probability $p$; then $y = a x + b$ with " +
    "$a = (1 - p)^{-1/2} (1 + p \\alpha'^2)^{-1/2}$ and $b = -a p \\alpha'$, which keeps mean 0 and deviation 1. When the model is " +
    'evaluated or used it does nothing.\n\nAfter SELU. Klambauer et al., NeurIPS 2017.',
  keywords: ['selu', 'self-normalizing', 'regularisation', 'overfitting'],
  fields: { rate: rateField(0.1, 'values') },
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs, params: { rate }, training, random }) {
    const [input] = inputs.input;
    if (!training || rate === 0) return { output: input };
    const factor = 1 / Math.sqrt((1 - rate) * (1 + rate * LOWEST ** 2));
    const hidden = select(b, less(b, random(input.type.shape), rate), LOWEST, input);
    return { output: add(b, mul(b, hidden, factor), -factor * rate * LOWEST) };
  },
});

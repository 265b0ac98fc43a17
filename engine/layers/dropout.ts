import { drop, rateField } from './dropping.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'dropout',
  title: 'Dropout',
  category: 'regularisation',
  summary: 'Hides a random part of the values while training.',
  doc:
    'While training, each value is set to 0 with probability $p$ and the others are divided by $1 - p$, so that their sum stays the ' +
    'same on average. When the model is evaluated or used it does nothing.\n\nAgainst overfitting. Srivastava et al., JMLR 15, 2014.',
  keywords: ['regularisation', 'overfitting', 'noise'],
  fields: { rate: rateField(0.5, 'values') },
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs, params: { rate }, training, random }) {
    const [input] = inputs.input;
    if (!training || rate === 0) return { output: input };
    return { output: drop(b, input, random(input.type.shape), rate) };
  },
});

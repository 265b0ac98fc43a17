import { add } from '../ops/add.ts';
import { mul } from '../ops/mul.ts';
import { rateField } from './dropping.ts';
import { defineLayer } from './layer.ts';
import { normal } from './normal.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'gaussian-dropout',
  title: 'GaussianDropout',
  category: 'regularisation',
  summary: 'Multiplies by random numbers around 1 while training.',
  doc:
    '$y = x (1 + \\sigma n)$ with $n$ from the standard normal distribution and $\\sigma = \\sqrt{p / (1 - p)}$, while training: mean and ' +
    'variance are those of a Dropout of rate $p$, but no value is lost. When the model is evaluated or used it does nothing.\n\n' +
    'Against overfitting. Srivastava et al., JMLR 15, 2014, section 10.',
  keywords: ['regularisation', 'overfitting', 'noise', 'multiplicative'],
  fields: { rate: { ...rateField(0.5, 'values'), help: 'Rate of the dropout whose variance it has.' } },
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs, params: { rate }, training, random }) {
    const [input] = inputs.input;
    if (!training || rate === 0) return { output: input };
    const noise = mul(b, normal(b, random, input.type.shape), Math.sqrt(rate / (1 - rate)));
    return { output: mul(b, input, add(b, noise, 1)) };
  },
});

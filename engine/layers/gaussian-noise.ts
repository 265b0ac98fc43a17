import { number } from '../core/fields.ts';
import { add } from '../ops/add.ts';
import { mul } from '../ops/mul.ts';
import { defineLayer } from './layer.ts';
import { normal } from './normal.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'gaussian-noise',
  title: 'GaussianNoise',
  category: 'regularisation',
  summary: 'Adds random numbers while training.',
  doc:
    '$y = x + \\sigma n$ with $n$ from the standard normal distribution, while training. When the model is evaluated or used it does ' +
    'nothing.\n\nAgainst overfitting, and to teach an autoencoder to remove noise. Behind the input of a time series it is the augmentation known as ' +
    'jitter: numbers are normalised, so the deviation is a share of their own. Bishop, Neural Computation 7, 1995.',
  keywords: ['jitter', 'denoising', 'regularisation', 'augmentation'],
  fields: {
    deviation: number({
      label: 'Deviation',
      help: 'Standard deviation of the noise.',
      default: 0.1,
      min: 0,
    }),
  },
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs, params: { deviation }, training, random }) {
    const [input] = inputs.input;
    if (!training || deviation === 0) return { output: input };
    return { output: add(b, input, mul(b, normal(b, random, input.type.shape), deviation)) };
  },
});

import { number } from '../core/fields.ts';
import { add } from '../ops/add.ts';
import { cos } from '../ops/cos.ts';
import { log } from '../ops/log.ts';
import { mul } from '../ops/mul.ts';
import { sqrt } from '../ops/sqrt.ts';
import { sub } from '../ops/sub.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'gaussian-noise',
  title: 'GaussianNoise',
  category: 'regularisation',
  summary: 'Adds random numbers while training.',
  doc:
    '$y = x + \\sigma n$ with $n$ from the standard normal distribution, while training. When the model is evaluated or used it does ' +
    'nothing.\n\nAgainst overfitting, and to teach an autoencoder to remove noise. Bishop, Neural Computation 7, 1995.',
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
    const { shape } = input.type;
    // Box–Muller. 1 minus a number in [0, 1) is never 0, and GPUs know cosines best between −π and π.
    const radius = sqrt(b, mul(b, log(b, sub(b, 1, random(shape))), -2));
    const angle = mul(b, sub(b, random(shape), 0.5), 2 * Math.PI);
    const noise = mul(b, radius, cos(b, angle));
    return { output: add(b, input, mul(b, noise, deviation)) };
  },
});

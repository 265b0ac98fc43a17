import { add } from '../ops/add.ts';
import { exp } from '../ops/exp.ts';
import { mul } from '../ops/mul.ts';
import { defineLayer } from './layer.ts';
import { GAUSSIAN, inferGaussian } from './gaussian.ts';
import { normal } from './normal.ts';
import { OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'sampling',
  title: 'Sampling',
  category: 'regularisation',
  summary: 'Draws from a normal distribution that the model predicts.',
  doc:
    '$z = \\mu + e^{v / 2} n$ of a mean $\\mu$ and the logarithm of a variance $v$, with $n$ from the standard normal distribution, while ' +
    'training: the gradient goes through the draw (reparameterisation). When the model is evaluated or used, $z = \\mu$.\n\n' +
    'Between the encoder and the decoder of a variational autoencoder, beside the loss “Gaussian KL divergence”. Kingma & Welling, ' +
    '“Auto-Encoding Variational Bayes”, ICLR 2014.',
  keywords: [
    'vae',
    'variational autoencoder',
    'reparameterisation',
    'reparameterization',
    'latent',
    'gaussian',
    'draw',
  ],
  fields: {},
  inputs: GAUSSIAN,
  outputs: OUTPUT,
  infer({ inputs }) {
    const [mean] = inputs.mean;
    const problem = inferGaussian(mean, inputs['log-variance'][0]);
    return problem ? { problems: [problem] } : { outputs: { output: { dtype: 'f32', shape: mean.shape } } };
  },
  stepwise: eachPosition,
  lower({ b, inputs, training, random }) {
    const [[mean], [logVariance]] = [inputs.mean, inputs['log-variance']];
    if (!training) return { output: mean };
    const deviation = exp(b, mul(b, logVariance, 0.5));
    return { output: add(b, mean, mul(b, deviation, normal(b, random, mean.type.shape))) };
  },
});

import { add } from '../../ops/add.ts';
import { exp } from '../../ops/exp.ts';
import { mul } from '../../ops/mul.ts';
import { sum } from '../../ops/reduce-sum.ts';
import { sub } from '../../ops/sub.ts';
import { GAUSSIAN, inferGaussian } from '../gaussian.ts';
import { defineLayer } from '../layer.ts';
import { weightField } from './target.ts';

export default defineLayer({
  type: 'gaussian-kl',
  title: 'Gaussian KL divergence',
  category: 'loss',
  summary: 'Keeps the latent values of a variational autoencoder near a standard normal distribution.',
  doc:
    '$L = \\frac12 \\sum_i (\\mu_i^2 + e^{v_i} - v_i - 1)$ over the values of an example: the Kullback–Leibler divergence of the normal ' +
    'distributions with mean $\\mu$ and logarithm of the variance $v$ from the standard one. It has no target.\n\n' +
    'Its weight is the $\\beta$ of a β-VAE (Higgins et al., ICLR 2017). It is a sum, while the reconstruction losses are means over $n$ ' +
    'values: a weight of $1/n$ with the squared error is half the bound of Kingma & Welling (ICLR 2014) for an output variance of 1.',
  keywords: [
    'vae',
    'variational autoencoder',
    'beta',
    'kl',
    'kullback-leibler',
    'latent',
    'elbo',
    'prior',
    'KLDivergence',
  ],
  fields: { weight: weightField },
  inputs: GAUSSIAN,
  outputs: [],
  loss: { metrics: [] },
  infer({ inputs }) {
    const problem = inferGaussian(inputs.mean[0], inputs['log-variance'][0]);
    return problem ? { problems: [problem] } : { outputs: {} };
  },
  lower({ b, inputs }) {
    const [[mean], [logVariance]] = [inputs.mean, inputs['log-variance']];
    const excess = sub(b, exp(b, logVariance), add(b, logVariance, 1));
    const divergence = mul(b, add(b, mul(b, mean, mean), excess), 0.5);
    return { loss: sum(b, divergence, mean.type.shape.map((_, axis) => axis).slice(1)) };
  },
});

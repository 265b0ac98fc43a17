import { mul } from '../../ops/mul.ts';
import { regressionLoss } from './regression.ts';

export default regressionLoss(
  {
    type: 'mse',
    title: 'Mean squared error',
    summary: 'For predicting numbers.',
    doc: '$L = \\frac1n \\sum_i (p_i - t_i)^2$ over the values of an example.\n\nLarge errors count much more than small ones.',
    keywords: ['regression', 'l2', 'squared', 'mse', 'autoencoder'],
  },
  {},
  (b, difference) => mul(b, difference, difference),
);

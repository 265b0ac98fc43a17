import { abs } from '../../ops/abs.ts';
import { regressionLoss } from './regression.ts';

export default regressionLoss(
  {
    type: 'mean-absolute-error',
    title: 'Mean absolute error',
    summary: 'For predicting numbers where a few are far off.',
    doc: '$L = \\frac1n \\sum_i |p_i - t_i|$ over the values of an example.\n\nAn outlier counts no more than its distance; the model learns medians.',
    keywords: ['regression', 'l1', 'absolute', 'mae', 'robust'],
  },
  {},
  abs,
);

import { mean } from '../ops/mean.ts';
import { globalPoolingLayer } from './global-pooling.ts';
import { SEQUENCE } from './space.ts';

export default globalPoolingLayer(
  SEQUENCE,
  {
    type: 'global-avg-pool1d',
    title: 'GlobalAvgPool1D',
    summary: 'Averages each channel over the whole sequence.',
    doc:
      'The mean of each channel over the positions: *batch × length × channels* becomes *batch × channels*.\n\n' +
      'Makes one row of features of a sequence, before the Dense layers that classify it.',
    keywords: ['global average pooling', 'mean', 'gap', 'sequence'],
  },
  mean,
);

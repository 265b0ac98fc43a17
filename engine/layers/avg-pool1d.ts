import { avgPool2d } from '../ops/sum-pool2d.ts';
import { poolingLayer } from './pooling.ts';
import { SEQUENCE } from './space.ts';

export default poolingLayer(
  SEQUENCE,
  {
    type: 'avg-pool1d',
    title: 'AvgPool1D',
    summary: 'Averages each stretch of a sequence.',
    doc:
      'The mean of each window and channel: *batch × length × channels* becomes *batch × length′ × channels*.\n\n' +
      'Makes sequences shorter and smoother. Only values inside of the sequence count, not the padding.',
    keywords: ['average pooling', 'mean', 'downsample', 'moving average', 'time series'],
  },
  avgPool2d,
);

import { maxPool2d } from '../ops/max-pool2d.ts';
import { poolingLayer } from './pooling.ts';
import { SEQUENCE } from './space.ts';

export default poolingLayer(
  SEQUENCE,
  {
    type: 'max-pool1d',
    title: 'MaxPool1D',
    summary: 'Keeps the largest value of each stretch of a sequence.',
    doc:
      'The maximum of each window and channel: *batch × length × channels* becomes *batch × length′ × channels*.\n\n' +
      'Makes sequences shorter and what was found in them less dependent on its exact place. The padding never counts.',
    keywords: ['pooling', 'downsample', 'subsample', 'sequence', 'time series'],
  },
  maxPool2d,
);

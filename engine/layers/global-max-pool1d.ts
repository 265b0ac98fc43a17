import { max } from '../ops/reduce-max.ts';
import { globalPoolingLayer } from './global-pooling.ts';
import { SEQUENCE } from './space.ts';

export default globalPoolingLayer(
  SEQUENCE,
  {
    type: 'global-max-pool1d',
    title: 'GlobalMaxPool1D',
    summary: 'Takes the largest value of each channel of the whole sequence.',
    doc:
      'The maximum of each channel over the positions: *batch × length × channels* becomes *batch × channels*.\n\n' +
      'Tells whether a feature is anywhere in the sequence (Kim, EMNLP 2014, for text). Equal maxima share the gradient.',
    keywords: ['global max pooling', 'max over time', 'maximum', 'sequence'],
  },
  max,
);

import { max } from '../ops/reduce-max.ts';
import { globalPoolingLayer } from './global-pooling.ts';
import { IMAGE } from './space.ts';

export default globalPoolingLayer(
  IMAGE,
  {
    type: 'global-max-pool2d',
    title: 'GlobalMaxPool2D',
    summary: 'Takes the largest value of each channel of the whole image.',
    doc:
      'The maximum of each channel: *batch × height × width × channels* becomes *batch × channels*.\n\n' +
      'Tells whether a feature is anywhere in the image. Equal maxima share the gradient.',
    keywords: ['global max pooling', 'maximum'],
  },
  max,
);

import { max } from '../ops/reduce-max.ts';
import { globalPoolingLayer } from './global-pooling.ts';
import { VOLUME } from './space.ts';

export default globalPoolingLayer(
  VOLUME,
  {
    type: 'global-max-pool3d',
    title: 'GlobalMaxPool3D',
    summary: 'Takes the largest value of each channel of the whole volume.',
    doc:
      'The maximum of each channel: *batch × depth × height × width × channels* becomes *batch × channels*.\n\n' +
      'Tells whether a feature is anywhere in the volume. Equal maxima share the gradient.',
    keywords: ['global max pooling', 'maximum', 'volume', 'video'],
  },
  max,
);

import { mean } from '../ops/mean.ts';
import { globalPoolingLayer } from './global-pooling.ts';
import { IMAGE } from './space.ts';

export default globalPoolingLayer(
  IMAGE,
  {
    type: 'global-avg-pool2d',
    title: 'GlobalAvgPool2D',
    summary: 'Averages each channel over the whole image.',
    doc:
      'The mean of each channel: *batch × height × width × channels* becomes *batch × channels*.\n\n' +
      'Instead of Flatten before the last Dense layer: far fewer weights, and any image size. Lin et al., ICLR 2014.',
    keywords: ['global average pooling', 'mean', 'gap'],
  },
  mean,
);

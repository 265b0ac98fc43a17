import { mean } from '../ops/mean.ts';
import { globalPoolingLayer } from './global-pooling.ts';
import { VOLUME } from './space.ts';

export default globalPoolingLayer(
  VOLUME,
  {
    type: 'global-avg-pool3d',
    title: 'GlobalAvgPool3D',
    summary: 'Averages each channel over the whole volume.',
    doc:
      'The mean of each channel: *batch × depth × height × width × channels* becomes *batch × channels*.\n\n' +
      'Before the Dense layers that classify a volume or a video.',
    keywords: ['global average pooling', 'mean', 'gap', 'volume', 'video'],
  },
  mean,
);

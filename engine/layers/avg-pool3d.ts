import { avgPool2d } from '../ops/sum-pool2d.ts';
import { poolingLayer } from './pooling.ts';
import { VOLUME } from './space.ts';

export default poolingLayer(
  VOLUME,
  {
    type: 'avg-pool3d',
    title: 'AvgPool3D',
    summary: 'Averages each block of a volume.',
    doc:
      'The mean of each window and channel: *batch × depth × height × width × channels* becomes ' +
      '*batch × depth′ × height′ × width′ × channels*.\n\nOnly values inside of the volume count, not the padding.',
    keywords: ['average pooling', 'mean', 'downsample', 'volume', 'voxel', 'video'],
  },
  avgPool2d,
);

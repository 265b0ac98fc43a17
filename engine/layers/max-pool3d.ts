import { maxPool2d } from '../ops/max-pool2d.ts';
import { poolingLayer } from './pooling.ts';
import { VOLUME } from './space.ts';

export default poolingLayer(
  VOLUME,
  {
    type: 'max-pool3d',
    title: 'MaxPool3D',
    summary: 'Keeps the largest value of each block of a volume.',
    doc:
      'The maximum of each window and channel: *batch × depth × height × width × channels* becomes ' +
      '*batch × depth′ × height′ × width′ × channels*.\n\nMakes volumes and videos smaller. The padding never counts.',
    keywords: ['pooling', 'downsample', 'subsample', 'volume', 'voxel', 'video'],
  },
  maxPool2d,
);

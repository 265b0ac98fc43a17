import { avgPool2d } from '../ops/sum-pool2d.ts';
import { poolingLayer } from './pooling.ts';
import { IMAGE } from './space.ts';

export default poolingLayer(
  IMAGE,
  {
    type: 'avg-pool2d',
    title: 'AvgPool2D',
    summary: 'Averages each window.',
    doc:
      'The mean of each window and channel: *batch × height × width × channels* becomes ' +
      '*batch × height′ × width′ × channels*.\n\nMakes images smaller. Only values inside of the image count, not the padding.',
    keywords: ['average pooling', 'mean', 'downsample'],
  },
  avgPool2d,
);

import { maxPool2d } from '../ops/max-pool2d.ts';
import { poolingLayer } from './pooling.ts';
import { IMAGE } from './space.ts';

export default poolingLayer(
  IMAGE,
  {
    type: 'max-pool2d',
    title: 'MaxPool2D',
    summary: 'Keeps the largest value of each window.',
    doc:
      'The maximum of each window and channel: *batch × height × width × channels* becomes ' +
      '*batch × height′ × width′ × channels*.\n\nMakes images smaller and what was found in them less dependent on its exact place. The padding never counts.',
    keywords: ['pooling', 'downsample', 'subsample'],
  },
  maxPool2d,
);

import { SEQUENCE } from './space.ts';
import { upsamplingLayer } from './upsampling.ts';

export default upsamplingLayer(SEQUENCE, {
  type: 'upsample1d',
  title: 'UpSample1D',
  summary: 'Makes sequences longer by a whole factor.',
  doc:
    '*batch × length × channels* becomes *batch × (length · factor) × channels*: each position is repeated, or the values between two ' +
    'positions lie on the line between them.\n\nBefore a convolution in decoders of signals.',
  keywords: ['upsampling', 'interpolate', 'nearest', 'linear', 'stretch', 'decoder', 'sequence'],
});

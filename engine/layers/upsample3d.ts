import { VOLUME } from './space.ts';
import { upsamplingLayer } from './upsampling.ts';

export default upsamplingLayer(VOLUME, {
  type: 'upsample3d',
  title: 'UpSample3D',
  summary: 'Makes volumes larger by a whole factor.',
  doc:
    '*batch × depth × height × width × channels* becomes as many times larger along each axis as its factor: each value is repeated, or the ' +
    'values between two lie on the line between them.\n\nBefore a convolution in decoders of volumes.',
  keywords: ['upsampling', 'resize', 'interpolate', 'nearest', 'trilinear', 'enlarge', 'decoder', 'volume'],
});

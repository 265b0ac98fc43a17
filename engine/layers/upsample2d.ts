import { IMAGE } from './space.ts';
import { upsamplingLayer } from './upsampling.ts';

export default upsamplingLayer(IMAGE, {
  type: 'upsample2d',
  title: 'UpSample2D',
  summary: 'Makes images larger by a whole factor.',
  doc:
    '*batch × height × width × channels* becomes *batch × (height · rows) × (width · columns) × channels*: each pixel is repeated, or ' +
    'the values between two pixels lie on the line between them.\n\n' +
    'Before a convolution in decoders and generators, where ConvTranspose2D would leave a checkerboard.',
  keywords: ['upsampling', 'resize', 'interpolate', 'nearest', 'bilinear', 'enlarge', 'decoder'],
});

import { VOLUME } from './space.ts';
import { transposedLayer } from './transposed.ts';

export default transposedLayer(VOLUME, {
  type: 'conv-transpose3d',
  title: 'ConvTranspose3D',
  summary: 'Makes volumes larger with filters it learns.',
  doc:
    '$y_{iS+rD} = b + \\sum_{i,r} x_i W_r$ over the positions $i$ and taps $r$ of all three axes and the channels, with stride $S$ and dilation ' +
    '$D$: the transpose of what Conv3D does. *batch × depth × height × width × channels* becomes *batch × depth′ × height′ × width′ × ' +
    'filters*.\n\nFor decoders and segmentation of volumes (Çiçek et al., “3D U-Net”, MICCAI 2016).',
  keywords: [
    'deconvolution',
    'transposed convolution',
    'fractionally strided',
    'upsampling',
    'decoder',
    'generator',
    'volume',
  ],
});

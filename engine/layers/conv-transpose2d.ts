import { IMAGE } from './space.ts';
import { transposedLayer } from './transposed.ts';

export default transposedLayer(IMAGE, {
  type: 'conv-transpose2d',
  title: 'ConvTranspose2D',
  summary: 'Makes images larger with filters it learns.',
  doc:
    '$y_{i·S+r·D,\\; j·S+s·D,\\; f} = b_f + \\sum_{i,j,r,s,c} x_{i,j,c} \\, W_{r,s,f,c}$ with stride $S$ and dilation $D$, the transpose ' +
    'of what Conv2D does: *batch × height × width × channels* becomes *batch × height′ × width′ × filters*.\n\n' +
    'For decoders, generators and segmentation (Zeiler et al., CVPR 2010). A window that the stride does not divide leaves a ' +
    'checkerboard; UpSample2D and a Conv2D do not (Odena et al., Distill 2016).',
  keywords: [
    'deconvolution',
    'transposed convolution',
    'fractionally strided',
    'upsampling',
    'decoder',
    'generator',
  ],
});

import { SEQUENCE } from './space.ts';
import { transposedLayer } from './transposed.ts';

export default transposedLayer(SEQUENCE, {
  type: 'conv-transpose1d',
  title: 'ConvTranspose1D',
  summary: 'Makes sequences longer with filters it learns.',
  doc:
    '$y_{t·S+r·D,\\; f} = b_f + \\sum_{t,r,c} x_{t,c} \\, W_{r,f,c}$ with stride $S$ and dilation $D$, the transpose of what Conv1D does: ' +
    '*batch × length × channels* becomes *batch × length′ × filters*.\n\nFor decoders and generators of signals.',
  keywords: [
    'deconvolution',
    'transposed convolution',
    'fractionally strided',
    'upsampling',
    'decoder',
    'audio',
  ],
});

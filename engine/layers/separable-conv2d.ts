import { separableLayer } from './depthwise.ts';
import { IMAGE } from './space.ts';

export default separableLayer(IMAGE, {
  type: 'separable-conv2d',
  title: 'SeparableConv2D',
  summary: 'Filters each channel by itself, then mixes the channels.',
  doc:
    '$y_{i,j,f} = b_f + \\sum_c P_{c,f} \\sum_{r,s} x_{i·S+r·D,\\; j·S+s·D,\\; c} \\, W_{r,s,c}$ with stride $S$ and dilation $D$: ' +
    '*batch × height × width × channels* becomes *batch × height′ × width′ × filters*.\n\n' +
    'Nearly as good as Conv2D with several times fewer weights and operations. Chollet, “Xception”, CVPR 2017.',
  keywords: ['convolution', 'depthwise', 'pointwise', 'xception', 'mobilenet', 'efficient'],
});

import { depthwiseLayer } from './depthwise.ts';
import { IMAGE } from './space.ts';

export default depthwiseLayer(IMAGE, {
  type: 'depthwise-conv2d',
  title: 'DepthwiseConv2D',
  summary: 'Filters each channel of an image by itself.',
  doc:
    '$y_{i,j,c} = b_c + \\sum_{r,s} x_{i·S+r·D,\\; j·S+s·D,\\; c} \\, W_{r,s,c}$ with stride $S$ and dilation $D$: ' +
    '*batch × height × width × channels* becomes *batch × height′ × width′ × (channels · multiplier)*.\n\n' +
    'A convolution that does not mix channels: far fewer weights and operations. Followed by a Conv2D with a 1 × 1 window in ' +
    'MobileNet (Howard et al., arXiv 1704.04861, 2017).',
  keywords: ['convolution', 'channelwise', 'grouped', 'groups', 'mobilenet', 'efficient'],
});

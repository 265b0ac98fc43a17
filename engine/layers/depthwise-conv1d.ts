import { depthwiseLayer } from './depthwise.ts';
import { SEQUENCE } from './space.ts';

export default depthwiseLayer(SEQUENCE, {
  type: 'depthwise-conv1d',
  title: 'DepthwiseConv1D',
  summary: 'Filters each channel of a sequence by itself.',
  doc:
    '$y_{t,c} = b_c + \\sum_r x_{t·S+r·D,\\; c} \\, W_{r,c}$ with stride $S$ and dilation $D$: *batch × length × channels* becomes ' +
    '*batch × length′ × (channels · multiplier)*.\n\n' +
    'A convolution that does not mix channels: far fewer weights and operations. Between attention and feed-forward in a Conformer ' +
    '(Gulati et al., Interspeech 2020).',
  keywords: ['convolution', 'channelwise', 'grouped', 'groups', 'conformer', 'efficient', 'causal'],
});

import { separableLayer } from './depthwise.ts';
import { SEQUENCE } from './space.ts';

export default separableLayer(SEQUENCE, {
  type: 'separable-conv1d',
  title: 'SeparableConv1D',
  summary: 'Filters each channel of a sequence by itself, then mixes the channels.',
  doc:
    '$y_{t,f} = b_f + \\sum_c P_{c,f} \\sum_r x_{t·S+r·D,\\; c} \\, W_{r,c}$ with stride $S$ and dilation $D$: *batch × length × channels* ' +
    'becomes *batch × length′ × filters*.\n\n' +
    'Conv1D with several times fewer weights and operations, for long filters above all (Kaiser et al., ICLR 2018).',
  keywords: ['convolution', 'depthwise', 'pointwise', 'efficient', 'causal'],
});

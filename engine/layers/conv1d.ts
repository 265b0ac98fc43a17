import { convolutionLayer } from './convolution.ts';
import { SEQUENCE } from './space.ts';

export default convolutionLayer(SEQUENCE, {
  type: 'conv1d',
  title: 'Conv1D',
  summary: 'Finds local patterns in sequences with filters it learns.',
  doc:
    '$y_{t,f} = b_f + \\sum_{r,c} x_{t·S+r·D,\\; c} \\, W_{r,c,f}$ with stride $S$ and dilation $D$: ' +
    '*batch × length × channels* becomes *batch × length′ × filters*.\n\n' +
    'The same small filter is applied at every position: for signals, time series and text (Waibel et al., 1989). With the padding ' +
    '“causal” no position sees a later one, as forecasts need (van den Oord et al., “WaveNet”, arXiv 1609.03499, 2016).',
  keywords: [
    'convolution',
    'cnn',
    'filter',
    'kernel',
    'temporal',
    'time series',
    'signal',
    'tdnn',
    'tcn',
    'wavenet',
    'causal',
  ],
});

import { zeroPaddingLayer } from './bordering.ts';
import { SEQUENCE } from './space.ts';

export default zeroPaddingLayer(SEQUENCE, {
  type: 'zero-pad1d',
  title: 'ZeroPad1D',
  summary: 'Puts zeros before and behind sequences.',
  doc:
    '*batch × length × channels* becomes *batch × (start + length + end) × channels*.\n\n' +
    'For borders that the padding of a convolution does not make.',
  keywords: ['padding', 'border', 'zeros', 'sequence'],
});

import { zeroPaddingLayer } from './bordering.ts';
import { IMAGE } from './space.ts';

export default zeroPaddingLayer(IMAGE, {
  type: 'zero-pad2d',
  title: 'ZeroPad2D',
  summary: 'Puts a border of zeros around images.',
  doc:
    '*batch × height × width × channels* becomes *batch × (top + height + bottom) × (left + width + right) × channels*.\n\n' +
    'For borders that the padding “same” of a convolution does not make.',
  keywords: ['padding', 'border', 'margin', 'zeros'],
});

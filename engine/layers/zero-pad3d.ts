import { zeroPaddingLayer } from './bordering.ts';
import { VOLUME } from './space.ts';

export default zeroPaddingLayer(VOLUME, {
  type: 'zero-pad3d',
  title: 'ZeroPad3D',
  summary: 'Puts a border of zeros around volumes.',
  doc:
    '*batch × depth × height × width × channels* becomes larger by a border on each side of each axis.\n\n' +
    'For borders that the padding “same” of a convolution does not make.',
  keywords: ['padding', 'border', 'margin', 'zeros', 'volume'],
});

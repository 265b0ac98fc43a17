import { croppingLayer } from './bordering.ts';
import { IMAGE } from './space.ts';

export default croppingLayer(IMAGE, {
  type: 'crop2d',
  title: 'Crop2D',
  summary: 'Cuts the border off images.',
  doc:
    '*batch × height × width × channels* becomes *batch × (height − top − bottom) × (width − left − right) × channels*.\n\n' +
    'Brings two images to one size before they are joined, as in U-Net (Ronneberger et al., MICCAI 2015).',
  keywords: ['cropping', 'cut', 'trim', 'border', 'margin', 'u-net'],
});

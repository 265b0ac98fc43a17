import { croppingLayer } from './bordering.ts';
import { VOLUME } from './space.ts';

export default croppingLayer(VOLUME, {
  type: 'crop3d',
  title: 'Crop3D',
  summary: 'Cuts the border off volumes.',
  doc:
    '*batch × depth × height × width × channels* becomes smaller by a border on each side of each axis.\n\n' +
    'Brings two volumes to one size before they are joined, as in a 3D U-Net (Çiçek et al., MICCAI 2016).',
  keywords: ['cropping', 'cut', 'trim', 'volume', 'u-net'],
});

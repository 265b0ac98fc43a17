import { croppingLayer } from './bordering.ts';
import { SEQUENCE } from './space.ts';

export default croppingLayer(SEQUENCE, {
  type: 'crop1d',
  title: 'Crop1D',
  summary: 'Cuts the ends off sequences.',
  doc:
    '*batch × length × channels* becomes *batch × (length − start − end) × channels*.\n\n' +
    'Brings two sequences to one length before they are joined.',
  keywords: ['cropping', 'cut', 'trim', 'sequence'],
});

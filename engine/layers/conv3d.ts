import { convolutionLayer } from './convolution.ts';
import { VOLUME } from './space.ts';

export default convolutionLayer(VOLUME, {
  type: 'conv3d',
  title: 'Conv3D',
  summary: 'Finds local patterns in volumes and videos with filters it learns.',
  doc:
    '$y_{d,i,j,f} = b_f + \\sum_{q,r,s,c} x_{d·S+q·D,\\; i·S+r·D,\\; j·S+s·D,\\; c} \\, W_{q,r,s,c,f}$ with stride $S$ and dilation $D$: ' +
    '*batch × depth × height × width × channels* becomes *batch × depth′ × height′ × width′ × filters*.\n\n' +
    'For scans, whose depth is a third axis of space, and for videos, whose depth is time (Tran et al., ICCV 2015).',
  keywords: ['convolution', 'cnn', 'filter', 'volume', 'voxel', 'video', 'medical', 'c3d'],
});

import { convolutionLayer } from './convolution.ts';
import { IMAGE } from './space.ts';

export default convolutionLayer(IMAGE, {
  type: 'conv2d',
  title: 'Conv2D',
  summary: 'Finds local patterns in images with filters it learns.',
  doc:
    '$y_{i,j,f} = b_f + \\sum_{r,s,c} x_{i·S+r·D,\\; j·S+s·D,\\; c} \\, W_{r,s,c,f}$ with stride $S$ and dilation $D$: ' +
    '*batch × height × width × channels* becomes *batch × height′ × width′ × filters*.\n\n' +
    'The same small filter is applied at every position of the image (LeCun et al., 1998).',
  keywords: ['convolution', 'cnn', 'filter', 'kernel'],
});

import { boolean, int, integers } from '../core/fields.ts';
import { add } from '../ops/add.ts';
import { conv2d } from '../ops/conv2d.ts';
import { initialiserField, kernelAndBias } from './initialisers.ts';
import { defineLayer } from './layer.ts';
import { f32, IMAGES, lastExtent, OUTPUT, requireImage } from './shapes.ts';
import { paddingField, slide, strideField, windowOf } from './window.ts';

export default defineLayer({
  type: 'conv2d',
  title: 'Conv2D',
  category: 'convolution',
  summary: 'Finds local patterns in images with filters it learns.',
  doc:
    '$y_{i,j,f} = b_f + \\sum_{r,s,c} x_{i·S+r·D,\\; j·S+s·D,\\; c} \\, W_{r,s,c,f}$ with stride $S$ and dilation $D$: ' +
    '*batch × height × width × channels* becomes *batch × height′ × width′ × filters*.\n\n' +
    'The same small filter is applied at every position of the image (LeCun et al., 1998).',
  keywords: ['convolution', 'cnn', 'filter', 'kernel'],
  fields: {
    filters: int({
      label: 'Filters',
      help: 'How many patterns it learns, and channels that come out.',
      default: 32,
      min: 1,
      max: 8192,
    }),
    size: integers({
      label: 'Window',
      help: 'Rows and columns that a filter sees.',
      default: [3, 3],
      length: 2,
      min: 1,
    }),
    stride: strideField([1, 1]),
    padding: paddingField,
    dilation: integers({
      label: 'Dilation',
      help: 'Distance between two taps of the filter; 1 leaves no gaps.',
      default: [1, 1],
      length: 2,
      min: 1,
      advanced: true,
    }),
    bias: boolean({
      label: 'Bias',
      help: 'Adds a trained offset to every filter.',
      default: true,
      advanced: true,
    }),
    initialiser: initialiserField('he-uniform'),
  },
  inputs: IMAGES,
  outputs: OUTPUT,
  width: 'filters',
  infer({ inputs, params }) {
    const [input] = inputs.input;
    const problem = requireImage('input', input);
    if (problem) return { problems: [problem] };
    const extents = slide(params, input);
    return 'code' in extents
      ? { problems: [extents] }
      : { outputs: { output: f32(...extents, params.filters) } };
  },
  weights({ inputs, params }) {
    const [input] = inputs.input;
    const { filters, size } = params;
    const taps = size[0] * size[1];
    const channels = lastExtent(input);
    return kernelAndBias([...size, channels, filters], { in: taps * channels, out: taps * filters }, params);
  },
  lower({ b, inputs, params, weight }) {
    const [input] = inputs.input;
    const window = windowOf(params, input.type.shape.slice(1, 3));
    const output = conv2d(b, input, weight('kernel'), window);
    return { output: params.bias ? add(b, output, weight('bias')) : output };
  },
});

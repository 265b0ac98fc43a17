import { integers } from '../core/fields.ts';
import { avgPool2d } from '../ops/sum-pool2d.ts';
import { defineLayer } from './layer.ts';
import { f32, IMAGES, lastExtent, OUTPUT, requireImage } from './shapes.ts';
import { paddingField, slide, strideField, windowOf } from './window.ts';

export default defineLayer({
  type: 'avg-pool2d',
  title: 'AvgPool2D',
  category: 'pooling',
  summary: 'Averages each window.',
  doc:
    'The mean of each window and channel: *batch × height × width × channels* becomes ' +
    '*batch × height′ × width′ × channels*.\n\nMakes images smaller. Only values inside of the image count, not the padding.',
  keywords: ['average pooling', 'mean', 'downsample'],
  fields: {
    size: integers({
      label: 'Window',
      help: 'Rows and columns that become one.',
      default: [2, 2],
      length: 2,
      min: 1,
    }),
    stride: strideField([2, 2]),
    padding: paddingField,
  },
  inputs: IMAGES,
  outputs: OUTPUT,
  infer({ inputs, params }) {
    const [input] = inputs.input;
    const problem = requireImage('input', input);
    if (problem) return { problems: [problem] };
    const extents = slide(params, input);
    return 'code' in extents
      ? { problems: [extents] }
      : { outputs: { output: f32(...extents, lastExtent(input)) } };
  },
  lower({ b, inputs, params }) {
    const [input] = inputs.input;
    return { output: avgPool2d(b, input, windowOf(params, input.type.shape.slice(1, 3))) };
  },
});

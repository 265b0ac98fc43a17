import { pad } from '../ops/pad.ts';
import { bordersField } from './borders.ts';
import { defineLayer } from './layer.ts';
import { f32, features, IMAGES, OUTPUT, requireImage } from './shapes.ts';

export default defineLayer({
  type: 'zero-pad2d',
  title: 'ZeroPad2D',
  category: 'shape',
  summary: 'Puts a border of zeros around images.',
  doc:
    '*batch × height × width × channels* becomes *batch × (top + height + bottom) × (left + width + right) × channels*.\n\n' +
    'For borders that the padding “same” of a convolution does not make.',
  keywords: ['padding', 'border', 'margin', 'zeros'],
  fields: { border: bordersField('that are added') },
  inputs: IMAGES,
  outputs: OUTPUT,
  infer({ inputs, params }) {
    const [input] = inputs.input;
    const problem = requireImage('input', input);
    if (problem) return { problems: [problem] };
    const [height, width, channels] = features(input);
    const [top, bottom, left, right] = params.border;
    return { outputs: { output: f32(top + height + bottom, left + width + right, channels) } };
  },
  lower({ b, inputs, params }) {
    const [top, bottom, left, right] = params.border;
    return { output: pad(b, inputs.input[0], [0, top, left, 0], [0, bottom, right, 0]) };
  },
});

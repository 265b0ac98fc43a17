import { slice } from '../ops/slice.ts';
import { bordersField } from './borders.ts';
import { defineLayer } from './layer.ts';
import { f32, features, formatPort, IMAGES, OUTPUT, requireImage } from './shapes.ts';

export default defineLayer({
  type: 'crop2d',
  title: 'Crop2D',
  category: 'shape',
  summary: 'Cuts the border off images.',
  doc:
    '*batch × height × width × channels* becomes *batch × (height − top − bottom) × (width − left − right) × channels*.\n\n' +
    'Brings two images to one size before they are joined, as in U-Net (Ronneberger et al., MICCAI 2015).',
  keywords: ['cropping', 'cut', 'trim', 'border', 'margin', 'u-net'],
  fields: { border: bordersField('that are cut off') },
  inputs: IMAGES,
  outputs: OUTPUT,
  infer({ inputs, params: { border } }) {
    const [input] = inputs.input;
    const problem = requireImage('input', input);
    if (problem) return { problems: [problem] };
    const [height, width, channels] = features(input);
    const [top, bottom, left, right] = border;
    const extents = [height - top - bottom, width - left - right];
    if (extents.every((extent) => extent >= 1)) return { outputs: { output: f32(...extents, channels) } };
    return {
      problems: [
        {
          code: 'LAYER_CROP',
          severity: 'error',
          field: 'border',
          message: 'Nothing of the image would be left.',
          got: `${border.join(', ')} off ${formatPort(input)}`,
          expected: `less than ${height} rows and ${width} columns`,
          fix: 'Cut less off.',
        },
      ],
    };
  },
  lower({ b, inputs, params }) {
    const [input] = inputs.input;
    const [batch, height, width, channels] = input.type.shape;
    const [top, bottom, left, right] = params.border;
    return {
      output: slice(b, input, [0, top, left, 0], [batch, height - bottom, width - right, channels]),
    };
  },
});

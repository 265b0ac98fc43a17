import { add } from '../ops/add.ts';
import { mul } from '../ops/mul.ts';
import { defineLayer } from './layer.ts';
import { epsilonField, normOffset, normScale, standardise } from './norm.ts';
import { elementwise, lastExtent, mismatch, OUTPUT } from './shapes.ts';

export default defineLayer({
  type: 'instance-norm',
  title: 'InstanceNorm',
  category: 'normalisation',
  summary: 'Brings each channel of each example to mean 0 and deviation 1.',
  doc:
    '$y = \\gamma (x - \\mu) / \\sqrt{\\sigma^2 + \\epsilon} + \\beta$ with $\\mu$ and $\\sigma^2$ over the positions of one channel of one ' +
    'example.\n\nTakes the contrast out of an image: for style transfer and image translation. Ulyanov et al., arXiv 1607.08022, 2016.',
  keywords: ['normalization', 'contrast', 'style transfer', 'instance normalisation'],
  fields: { epsilon: epsilonField },
  inputs: [{ name: 'input', doc: 'Sequences or images.' }],
  outputs: OUTPUT,
  infer({ inputs }) {
    const [input] = inputs.input;
    if (input.shape.length > 2) return elementwise({ inputs });
    const problem = mismatch('input', input, 'f32[batch × … × channels]', {
      message: 'This layer compares the positions of a channel, but a row of features has only one.',
      fix: 'Use a LayerNorm for rows, or connect a sequence or an image.',
    });
    return { problems: [problem] };
  },
  weights({ inputs }) {
    const extent = lastExtent(inputs.input[0]);
    return [normScale(extent), normOffset(extent)];
  },
  lower({ b, inputs, params: { epsilon }, weight }) {
    const [x] = inputs.input;
    const positions = x.type.shape.slice(1, -1).map((_, axis) => axis + 1);
    const normalised = standardise(b, x, positions, epsilon);
    return { output: add(b, mul(b, normalised, weight('scale')), weight('offset')) };
  },
});

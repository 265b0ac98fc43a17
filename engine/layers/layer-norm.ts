import { add } from '../ops/add.ts';
import { mul } from '../ops/mul.ts';
import { defineLayer } from './layer.ts';
import { epsilonField, normScale, normOffset, standardise } from './norm.ts';
import { elementwise, INPUT, lastExtent, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'layer-norm',
  title: 'LayerNorm',
  category: 'normalisation',
  summary: 'Brings the features of each example to mean 0 and deviation 1.',
  doc:
    '$y = \\gamma (x - \\mu) / \\sqrt{\\sigma^2 + \\epsilon} + \\beta$ with $\\mu$ and $\\sigma^2$ over the last axis.\n\n' +
    'Does the same in training and afterwards, whatever the batch; usual in transformers. Ba et al., arXiv 1607.06450, 2016.',
  keywords: ['normalization', 'ln', 'layer normalisation', 'transformer'],
  fields: { epsilon: epsilonField },
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  weights({ inputs }) {
    const extent = lastExtent(inputs.input[0]);
    return [normScale(extent), normOffset(extent)];
  },
  lower({ b, inputs, params: { epsilon }, weight }) {
    const [x] = inputs.input;
    const normalised = standardise(b, x, [x.type.shape.length - 1], epsilon);
    return { output: add(b, mul(b, normalised, weight('scale')), weight('offset')) };
  },
});

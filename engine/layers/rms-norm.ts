import { add } from '../ops/add.ts';
import { mean } from '../ops/mean.ts';
import { mul } from '../ops/mul.ts';
import { restore } from '../ops/reduction.ts';
import { rsqrt } from '../ops/rsqrt.ts';
import { defineLayer } from './layer.ts';
import { epsilonField, normScale } from './norm.ts';
import { elementwise, INPUT, lastExtent, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'rms-norm',
  title: 'RMSNorm',
  category: 'normalisation',
  summary: 'Brings the features of each example to mean square 1.',
  doc:
    '$y = \\gamma x / \\sqrt{\\overline{x^2} + \\epsilon}$ with the mean square over the last axis.\n\n' +
    'LayerNorm without its mean and offset: cheaper, and as good in transformers. Zhang & Sennrich, NeurIPS 2019.',
  keywords: ['normalization', 'root mean square', 'transformer'],
  fields: { epsilon: epsilonField },
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  weights: ({ inputs }) => [normScale(lastExtent(inputs.input[0]))],
  lower({ b, inputs, params: { epsilon }, weight }) {
    const [x] = inputs.input;
    const { shape } = x.type;
    const axes = [shape.length - 1];
    const scale = rsqrt(b, add(b, mean(b, mul(b, x, x), axes), epsilon));
    return { output: mul(b, mul(b, x, restore(b, scale, shape, axes)), weight('scale')) };
  },
});

import { boolean, int } from '../core/fields.ts';
import { linear } from '../ops/linear.ts';
import { initialiserField, kernelAndBias } from './initialisers.ts';
import { defineLayer } from './layer.ts';
import { lastExtent, OUTPUT, requireReal, requireRows } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'dense',
  title: 'Dense',
  category: 'dense',
  summary: 'Every output is a weighted sum of all inputs.',
  doc:
    '$y = x W + b$: *batch × features* becomes *batch × units*; in a sequence, each position by itself.\n\n' +
    'The basic layer of most networks; put an activation between two of them. Also called fully connected or linear.',
  keywords: ['linear', 'fully connected', 'fc', 'mlp', 'affine'],
  fields: {
    units: int({ label: 'Units', help: 'How many values come out.', default: 64, min: 1, max: 65_536 }),
    bias: boolean({
      label: 'Bias',
      help: 'Adds a trained offset to every unit.',
      default: true,
      advanced: true,
    }),
    initialiser: initialiserField('glorot-uniform'),
  },
  inputs: [{ name: 'input', doc: 'Rows of features, or a sequence of them.' }],
  outputs: OUTPUT,
  width: 'units',
  infer({ inputs, params }) {
    const [input] = inputs.input;
    // On an image, a weighted sum of the channels of each pixel is hardly ever meant; Conv2D with a 1 × 1 window is that.
    const problem = input.shape.length === 3 ? requireReal('input', input) : requireRows('input', input);
    if (problem) return { problems: [problem] };
    return { outputs: { output: { dtype: 'f32', shape: [...input.shape.slice(0, -1), params.units] } } };
  },
  weights({ inputs, params }) {
    const fan = { in: lastExtent(inputs.input[0]), out: params.units };
    return kernelAndBias([fan.in, fan.out], fan, params);
  },
  stepwise: eachPosition,
  lower({ b, inputs, params, weight }) {
    const [input] = inputs.input;
    return { output: linear(b, input, weight('kernel'), params.bias ? weight('bias') : undefined) };
  },
});

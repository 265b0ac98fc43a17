import { softmax } from '../ops/softmax.ts';
import { defineLayer } from './layer.ts';
import { INPUT, OUTPUT, requireReal } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'softmax',
  title: 'Softmax',
  category: 'activation',
  summary: 'Turns scores into probabilities that add up to 1.',
  doc:
    '$y_i = e^{x_i} / \\sum_j e^{x_j}$ over the last axis.\n\nUsually only before the Output: Cross-entropy takes the scores themselves, ' +
    'which is faster and loses no digits.',
  keywords: ['probability', 'classification', 'activation'],
  fields: {},
  inputs: INPUT,
  outputs: OUTPUT,
  infer({ inputs }) {
    const [input] = inputs.input;
    const problem = requireReal('input', input);
    if (problem) return { problems: [problem] };
    return { outputs: { output: { dtype: 'f32', shape: input.shape, probabilities: true } } };
  },
  stepwise: eachPosition,
  lower({ b, inputs }) {
    const [x] = inputs.input;
    return { output: softmax(b, x) };
  },
});

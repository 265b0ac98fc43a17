import { sigmoid } from '../ops/sigmoid.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'sigmoid',
  title: 'Sigmoid',
  category: 'activation',
  summary: 'Squeezes values into 0 … 1.',
  doc: '$y = 1 / (1 + e^{-x})$\n\nFor yes-or-no probabilities and gates.',
  keywords: ['logistic', 'activation', 'probability'],
  fields: {},
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs }) {
    const [x] = inputs.input;
    return { output: sigmoid(b, x) };
  },
});

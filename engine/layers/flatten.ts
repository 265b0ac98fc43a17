import { reshape } from '../ops/reshape.ts';
import { size } from '../core/shape.ts';
import { defineLayer } from './layer.ts';
import { features, INPUT, OUTPUT, rearranged } from './shapes.ts';

export default defineLayer({
  type: 'flatten',
  title: 'Flatten',
  category: 'shape',
  summary: 'Makes one row of features of each example.',
  doc: '*batch × height × width × channels* becomes *batch × (height · width · channels)*, in that order. Between convolutions and Dense.',
  keywords: ['vector', 'reshape', 'row'],
  fields: {},
  inputs: INPUT,
  outputs: OUTPUT,
  infer({ inputs }) {
    const [input] = inputs.input;
    return { outputs: { output: rearranged([input], [input.shape[0], size(features(input))]) } };
  },
  lower({ b, inputs }) {
    const [input] = inputs.input;
    const [batch, ...rest] = input.type.shape;
    return { output: reshape(b, input, [batch, size(rest)]) };
  },
});

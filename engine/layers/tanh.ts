import { tanh } from '../ops/tanh.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'tanh',
  title: 'Tanh',
  category: 'activation',
  summary: 'Squeezes values into -1 … 1.',
  doc: '$y = \\tanh x$\n\nLike Sigmoid, but centred on 0.',
  keywords: ['hyperbolic', 'activation'],
  fields: {},
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs }) {
    const [x] = inputs.input;
    return { output: tanh(b, x) };
  },
});

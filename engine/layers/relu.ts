import { ACTIVATIONS } from './activations.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'relu',
  title: 'ReLU',
  category: 'activation',
  summary: 'Passes positive values on and makes negative ones 0.',
  doc: '$y = \\max(0, x)$\n\nThe usual activation between layers. Nair & Hinton, ICML 2010.',
  keywords: ['rectifier', 'activation'],
  fields: {},
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower: ({ b, inputs }) => ({ output: ACTIVATIONS.relu(b, inputs.input[0]) }),
});

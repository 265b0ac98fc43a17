import { ACTIVATIONS } from './activations.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'gelu',
  title: 'GELU',
  category: 'activation',
  summary: 'A smooth ReLU, usual in transformers.',
  doc: '$y = \\tfrac{x}{2} (1 + \\operatorname{erf}(x / \\sqrt 2))$\n\nThe exact form. Hendrycks & Gimpel, arXiv:1606.08415.',
  keywords: ['gaussian', 'transformer', 'activation'],
  fields: {},
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower: ({ b, inputs }) => ({ output: ACTIVATIONS.gelu(b, inputs.input[0]) }),
});

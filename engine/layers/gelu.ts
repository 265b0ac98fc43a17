import { add } from '../ops/add.ts';
import { erf } from '../ops/erf.ts';
import { mul } from '../ops/mul.ts';
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
  lower({ b, inputs }) {
    const [x] = inputs.input;
    return { output: mul(b, mul(b, x, 0.5), add(b, erf(b, mul(b, x, Math.SQRT1_2)), 1)) };
  },
});

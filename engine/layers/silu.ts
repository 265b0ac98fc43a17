import { ACTIVATIONS } from './activations.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'silu',
  title: 'SiLU',
  category: 'activation',
  summary: 'A smooth ReLU: x · sigmoid(x).',
  doc: '$y = x / (1 + e^{-x})$\n\nAlso called Swish. Elfwing et al., arXiv:1702.03118.',
  keywords: ['swish', 'activation'],
  fields: {},
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower: ({ b, inputs }) => ({ output: ACTIVATIONS.silu(b, inputs.input[0]) }),
});

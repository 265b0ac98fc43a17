import { add } from '../ops/add.ts';
import { div } from '../ops/div.ts';
import { exp } from '../ops/exp.ts';
import { minimum } from '../ops/min.ts';
import { mul } from '../ops/mul.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'mish',
  title: 'Mish',
  category: 'activation',
  summary: 'A smooth ReLU: x · tanh(softplus(x)).',
  doc: '$y = x \\tanh(\\ln(1 + e^x))$\n\nClose to SiLU; usual in YOLOv4. Misra, BMVC 2020.',
  keywords: ['activation', 'smooth', 'yolo'],
  fields: {},
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs }) {
    const [x] = inputs.input;
    // tanh(ln(1 + e)) = e (e + 2) / (e (e + 2) + 2); beyond 20 it is 1, long before the exponential overflows.
    const e = exp(b, minimum(b, x, 20));
    const product = mul(b, e, add(b, e, 2));
    return { output: mul(b, x, div(b, product, add(b, product, 2))) };
  },
});

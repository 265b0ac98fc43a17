import { maximum } from '../ops/max.ts';
import { minimum } from '../ops/min.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'relu6',
  title: 'ReLU6',
  category: 'activation',
  summary: 'A ReLU that ends at 6.',
  doc: '$y = \\min(\\max(x, 0), 6)$\n\nFor models that will be rounded to few bits. Krizhevsky, 2010; MobileNet.',
  keywords: ['activation', 'rectifier', 'clipped', 'mobilenet', 'quantization'],
  fields: {},
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs }) {
    const [x] = inputs.input;
    return { output: minimum(b, maximum(b, x, 0), 6) };
  },
});

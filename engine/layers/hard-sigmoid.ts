import { add } from '../ops/add.ts';
import { maximum } from '../ops/max.ts';
import { minimum } from '../ops/min.ts';
import { mul } from '../ops/mul.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'hard-sigmoid',
  title: 'HardSigmoid',
  category: 'activation',
  summary: 'A Sigmoid of three straight lines.',
  doc: '$y = \\min(\\max(x + 3, 0), 6) / 6$\n\nCheaper than a Sigmoid on small devices; in the gates of MobileNetV3 (Howard et al., ICCV 2019).',
  keywords: ['activation', 'gate', 'mobilenet', 'piecewise'],
  fields: {},
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs }) {
    const [x] = inputs.input;
    const clipped = minimum(b, maximum(b, add(b, x, 3), 0), 6);
    return { output: mul(b, clipped, 1 / 6) };
  },
});

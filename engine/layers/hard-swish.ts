import { add } from '../ops/add.ts';
import { maximum } from '../ops/max.ts';
import { minimum } from '../ops/min.ts';
import { mul } from '../ops/mul.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'hard-swish',
  title: 'HardSwish',
  category: 'activation',
  summary: 'A SiLU of straight lines and a parabola.',
  doc: '$y = x \\min(\\max(x + 3, 0), 6) / 6$\n\nNearly SiLU and cheaper on small devices. Howard et al., “MobileNetV3”, ICCV 2019.',
  keywords: ['activation', 'swish', 'silu', 'mobilenet', 'piecewise'],
  fields: {},
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs }) {
    const [x] = inputs.input;
    const clipped = minimum(b, maximum(b, add(b, x, 3), 0), 6);
    return { output: mul(b, mul(b, x, clipped), 1 / 6) };
  },
});

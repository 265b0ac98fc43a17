import { drop, rateField } from './dropping.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'spatial-dropout',
  title: 'SpatialDropout',
  category: 'regularisation',
  summary: 'Hides whole channels at random while training.',
  doc:
    'Like Dropout, but a channel of an example is hidden at all its positions or at none. When the model is evaluated or used it ' +
    'does nothing.\n\nAfter convolutions, where a hidden value can be guessed from its neighbours. Tompson et al., CVPR 2015.',
  keywords: ['dropout2d', 'dropout1d', 'feature map', 'regularisation', 'overfitting'],
  fields: { rate: rateField(0.2, 'channels') },
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs, params: { rate }, training, random }) {
    const [input] = inputs.input;
    if (!training || rate === 0) return { output: input };
    const { shape } = input.type;
    const channels = shape.map((extent, axis) => (axis === 0 || axis === shape.length - 1 ? extent : 1));
    return { output: drop(b, input, random(channels), rate) };
  },
});

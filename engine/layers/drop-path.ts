import { drop, rateField } from './dropping.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'drop-path',
  title: 'DropPath',
  category: 'regularisation',
  summary: 'Leaves a whole branch out at random while training.',
  doc:
    'While training, all values of an example are set to 0 with probability $p$ and otherwise divided by $1 - p$. When the model is ' +
    'evaluated or used it does nothing.\n\n' +
    'At the end of a branch, before the Add of a residual connection: the example then passes the block by. Huang et al., “Deep ' +
    'Networks with Stochastic Depth”, ECCV 2016.',
  keywords: ['stochastic depth', 'residual', 'regularisation', 'overfitting'],
  fields: { rate: rateField(0.1, 'examples') },
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs, params: { rate }, training, random }) {
    const [input] = inputs.input;
    if (!training || rate === 0) return { output: input };
    const examples = input.type.shape.map((extent, axis) => (axis === 0 ? extent : 1));
    return { output: drop(b, input, random(examples), rate) };
  },
});

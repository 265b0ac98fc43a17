import { boolean, choice, int } from '../core/fields.ts';
import { linear } from '../ops/linear.ts';
import { mul } from '../ops/mul.ts';
import { ACTIVATIONS } from './activations.ts';
import { biasField } from './convolution.ts';
import { drop, rateField } from './dropping.ts';
import { initialiserField, kernelAndBias } from './initialisers.ts';
import { defineLayer } from './layer.ts';
import { section } from './sections.ts';
import { lastExtent, OUTPUT, requireReal, requireRows } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'feed-forward',
  title: 'FeedForward',
  category: 'dense',
  summary: 'Two dense layers with an activation between them, as in a Transformer.',
  doc:
    '$y = f(x W_1 + b_1) W_2 + b_2$: *batch × features* stays as wide as it is; in a sequence, each position by itself. Between the two ' +
    'the values are as many as the width says, usually four times the features.\n\n' +
    'With a gate, $y = (f(x W_1 + b_1) \\odot (x W_3 + b_3)) W_2 + b_2$; with SiLU that is SwiGLU (Shazeer, arXiv 2002.05202, 2020).\n\n' +
    'The other half of a Transformer block, beside attention (Vaswani et al., NeurIPS 2017). Residual and norm stand outside of it.',
  keywords: ['ffn', 'mlp', 'transformer', 'position-wise', 'swiglu', 'geglu', 'glu', 'block'],
  fields: {
    width: int({ label: 'Width', help: 'Values between the two layers.', default: 256, min: 1, max: 65_536 }),
    activation: choice<keyof typeof ACTIVATIONS>({
      label: 'Activation',
      help: 'What happens between the two layers.',
      default: 'gelu',
      options: [
        { value: 'gelu', label: 'GELU' },
        { value: 'relu', label: 'ReLU' },
        { value: 'silu', label: 'SiLU' },
      ],
    }),
    gate: boolean({
      label: 'Gate',
      help: 'Multiplies what has been activated by another dense layer of the input.',
      default: false,
    }),
    rate: { ...rateField(0, 'values between the two layers'), label: 'Dropout', advanced: true },
    bias: biasField,
    initialiser: initialiserField('glorot-uniform'),
  },
  inputs: [{ name: 'input', doc: 'Rows of features, or a sequence of them.' }],
  outputs: OUTPUT,
  infer({ inputs }) {
    const [input] = inputs.input;
    const problem = input.shape.length === 3 ? requireReal('input', input) : requireRows('input', input);
    return problem ? { problems: [problem] } : { outputs: { output: { dtype: 'f32', shape: input.shape } } };
  },
  weights({ inputs, params }) {
    const features = lastExtent(inputs.input[0]);
    const { width, gate } = params;
    const wide = gate ? 2 * width : width;
    return [
      ...kernelAndBias([features, wide], { in: features, out: width }, params),
      ...kernelAndBias([width, features], { in: width, out: features }, params).map((weight) => ({
        ...weight,
        name: `output-${weight.name}`,
      })),
    ];
  },
  stepwise: eachPosition,
  lower({ b, inputs, params, training, weight, random }) {
    const { width, activation, gate, rate, bias } = params;
    const offset = (name: string) => (bias ? weight(name) : undefined);
    const wide = linear(b, inputs.input[0], weight('kernel'), offset('bias'));
    const last = wide.type.shape.length - 1;
    const active = ACTIVATIONS[activation](b, gate ? section(b, wide, last, 0, width) : wide);
    const hidden = gate ? mul(b, active, section(b, wide, last, width, width)) : active;
    const kept = training && rate > 0 ? drop(b, hidden, random(hidden.type.shape), rate) : hidden;
    return { output: linear(b, kept, weight('output-kernel'), offset('output-bias')) };
  },
});

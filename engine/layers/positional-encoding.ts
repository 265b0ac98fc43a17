import { choice } from '../core/fields.ts';
import { add } from '../ops/add.ts';
import { gather } from '../ops/gather.ts';
import { defineLayer } from './layer.ts';
import { features, OUTPUT, requireSequence, SEQUENCES } from './shapes.ts';

export default defineLayer({
  type: 'positional-encoding',
  title: 'PositionalEncoding',
  category: 'sequence',
  summary: 'Adds to each vector of a sequence where it stands.',
  doc:
    '$y_t = x_t + p_t$. Attention alone does not know the order of what it looks at.\n\n' +
    'Sinusoidal: $p_{t, 2i} = \\sin(t / 10000^{2i/d})$ and $p_{t, 2i+1} = \\cos(t / 10000^{2i/d})$, which need no training (Vaswani et al., ' +
    'NeurIPS 2017). Learned: one trained vector per position, as in BERT and GPT-2 (Gehring et al., ICML 2017). For rotary ' +
    'positions, see MultiHeadAttention.',
  keywords: ['position', 'sinusoidal', 'learned', 'transformer', 'order'],
  fields: {
    kind: choice<'sinusoidal' | 'learned'>({
      label: 'Kind',
      help: 'Fixed waves, or one trained vector per position.',
      default: 'sinusoidal',
      options: [
        { value: 'sinusoidal', label: 'sinusoidal' },
        { value: 'learned', label: 'learned' },
      ],
    }),
  },
  inputs: SEQUENCES,
  outputs: OUTPUT,
  infer({ inputs }) {
    const [input] = inputs.input;
    const problem = requireSequence('input', input);
    return problem ? { problems: [problem] } : { outputs: { output: { dtype: 'f32', shape: input.shape } } };
  },
  weights({ inputs, params: { kind } }) {
    const [length, width] = features(inputs.input[0]);
    const table = { name: 'table', shape: [length, width], decay: false, positions: true } as const;
    if (kind === 'learned') {
      return [{ ...table, role: 'parameter', init: { kind: 'normal', standardDeviation: 0.02 } }];
    }
    // Kept with the weights: float64 knows the waves better than a device does, and works them out only once.
    return [{ ...table, role: 'statistic', init: { kind: 'values', values: waves(length, width) } }];
  },
  lower: ({ b, inputs, weight }) => ({ output: add(b, inputs.input[0], weight('table')) }),
  stepwise({ b, inputs, weight, position, positions }) {
    positions();
    return { output: add(b, inputs.input[0], gather(b, weight('table'), position)) };
  },
});

function waves(length: number, width: number): number[] {
  return Array.from({ length: length * width }, (_, at) => {
    const channel = at % width;
    const angle = Math.floor(at / width) / 10_000 ** ((channel - (channel % 2)) / width);
    return channel % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}

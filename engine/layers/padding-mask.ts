import { int } from '../core/fields.ts';
import { equal } from '../ops/equal.ts';
import { not } from '../ops/not.ts';
import { defineLayer } from './layer.ts';
import { OUTPUT, requireIndices } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'padding-mask',
  title: 'PaddingMask',
  category: 'sequence',
  summary: 'Tells tokens from the padding of short sequences.',
  doc:
    'True where a token is not the padding index: *batch × length* of indices becomes *batch × length* of truth values.\n\n' +
    'For the mask ports of MultiHeadAttention, SequenceMean and TakeStep, which then leave the padding out.',
  keywords: ['mask', 'padding', 'attention mask', 'key padding mask'],
  fields: {
    padding: int({
      label: 'Padding index',
      help: 'Index that fills up short sequences.',
      default: 0,
      min: 0,
    }),
  },
  inputs: [{ name: 'input', doc: 'Indices, batch × length.' }],
  outputs: OUTPUT,
  infer({ inputs }) {
    const [input] = inputs.input;
    const problem = requireIndices('input', input);
    return problem ? { problems: [problem] } : { outputs: { output: { dtype: 'bool', shape: input.shape } } };
  },
  stepwise: eachPosition,
  lower: ({ b, inputs, params }) => ({ output: not(b, equal(b, inputs.input[0], params.padding)) }),
});

import { int } from '../core/fields.ts';
import { and } from '../ops/and.ts';
import { equal } from '../ops/equal.ts';
import { less } from '../ops/less.ts';
import { not } from '../ops/not.ts';
import { select } from '../ops/select.ts';
import { rateField } from './dropping.ts';
import { defineLayer } from './layer.ts';
import { OUTPUT, requireIndices } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'token-dropout',
  title: 'TokenDropout',
  category: 'augmentation',
  summary: 'Makes tokens of texts unknown at random while training.',
  doc:
    'Each token is replaced by the unknown one with the given probability; what only fills up short texts stays. When the model is evaluated ' +
    'or used it does nothing.\n\n' +
    'Between the Input of a text and its Embedding: the model learns not to hang on single words, and what an unknown word is. Also called ' +
    'word dropout: Iyyer et al., ACL 2015.',
  keywords: ['word dropout', 'masking', 'text', 'data augmentation'],
  fields: {
    rate: rateField(0.1, 'tokens'),
    replacement: int({
      label: 'Replacement',
      help: 'Index that stands for a hidden token; 1: unknown.',
      default: 1,
      min: 0,
      advanced: true,
    }),
    padding: int({
      label: 'Padding index',
      help: 'Index that only fills up short texts; −1: there is none.',
      default: 0,
      min: -1,
      advanced: true,
    }),
  },
  inputs: [{ name: 'input', doc: 'Indices of tokens.' }],
  outputs: OUTPUT,
  infer({ inputs }) {
    const [input] = inputs.input;
    const problem = requireIndices('input', input);
    return problem ? { problems: [problem] } : { outputs: { output: input } };
  },
  stepwise: eachPosition,
  lower({ b, inputs, params: { rate, replacement, padding }, training, random }) {
    const [input] = inputs.input;
    if (!training || rate === 0) return { output: input };
    const hidden = and(b, less(b, random(input.type.shape), rate), not(b, equal(b, input, padding)));
    return { output: select(b, hidden, replacement, input) };
  },
});

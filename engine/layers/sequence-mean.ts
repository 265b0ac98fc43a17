import { cast } from '../ops/cast.ts';
import { div } from '../ops/div.ts';
import { maximum } from '../ops/max.ts';
import { mean } from '../ops/mean.ts';
import { sum } from '../ops/reduce-sum.ts';
import { restore } from '../ops/reduction.ts';
import { select } from '../ops/select.ts';
import { broadcast } from '../ops/broadcast.ts';
import { defineLayer } from './layer.ts';
import { checkMask, maskPort, maskValue } from './masks.ts';
import { f32, lastExtent, OUTPUT, requireSequence, SEQUENCES } from './shapes.ts';

export default defineLayer({
  type: 'sequence-mean',
  title: 'SequenceMean',
  category: 'sequence',
  summary: 'Averages a sequence over its positions.',
  doc:
    '$y = \\sum_t m_t x_t / \\sum_t m_t$: *batch × length × channels* becomes *batch × channels*. With a mask only the positions that ' +
    'count take part; a sequence in which none counts gives zeros.\n\n' +
    'Between a Transformer and the layer that classifies. Also called masked mean pooling.',
  keywords: ['mean pooling', 'masked mean', 'average', 'global average pooling'],
  fields: {},
  inputs: [...SEQUENCES, maskPort],
  outputs: OUTPUT,
  infer({ inputs }) {
    const [input] = inputs.input;
    const problem = requireSequence('input', input) ?? checkMask(inputs.mask, input.shape[1]);
    return problem ? { problems: [problem] } : { outputs: { output: f32(lastExtent(input)) } };
  },
  lower({ b, inputs }) {
    const [x] = inputs.input;
    const mask = maskValue(b, inputs.mask);
    if (!mask) return { output: mean(b, x, [1]) };
    const total = sum(b, select(b, broadcast(b, mask, x.type.shape, [0, 1]), x, 0), [1]);
    const count = maximum(b, sum(b, cast(b, mask, 'f32'), [1]), 1);
    return { output: div(b, total, restore(b, count, total.type.shape, [1])) };
  },
});

import { choice, number } from '../../core/fields.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { add } from '../../ops/add.ts';
import { concat } from '../../ops/concat.ts';
import { equal } from '../../ops/equal.ts';
import { iota } from '../../ops/iota.ts';
import { matmul } from '../../ops/matmul.ts';
import { mul } from '../../ops/mul.ts';
import { neg } from '../../ops/neg.ts';
import { oneHot } from '../../ops/one-hot.ts';
import { sum } from '../../ops/reduce-sum.ts';
import { select } from '../../ops/select.ts';
import { LOWEST, logSoftmax } from '../../ops/softmax.ts';
import { defineLayer } from '../layer.ts';
import { unit } from '../products.ts';
import { checkEmbeddings } from './embeddings.ts';
import { weightField } from './target.ts';

const PORTS = ['x', 'y'] as const;

export default defineLayer({
  type: 'info-nce',
  title: 'Contrastive (InfoNCE)',
  category: 'loss',
  summary: 'For learning without labels which two views show the same thing.',
  doc:
    'Of two embeddings of each example, *batch × features*, each has to find its partner among the others of the batch: ' +
    '$L = -\\ln \\frac{e^{s_+ / \\tau}}{\\sum_j e^{s_j / \\tau}}$ with the cosines $s$ and the temperature $\\tau$, the mean of both views. It ' +
    'has no target.\n\n' +
    'The others are those of the other view (InfoNCE, van den Oord et al., arXiv 1807.03748, 2018; with images and their texts: ' +
    'Radford et al., “CLIP”, 2021), or of both views (NT-Xent, Chen et al., “SimCLR”, ICML 2020).\n\n' +
    'The larger the batch, the more there is to tell apart. The accuracy is the share of examples of the first view that find their ' +
    'partner. The last batch of an evaluation is filled up with copies of its last row, which are counted among the others.',
  keywords: [
    'contrastive',
    'nt-xent',
    'ntxent',
    'simclr',
    'clip',
    'self-supervised',
    'siamese',
    'embedding',
    'temperature',
    'two views',
  ],
  fields: {
    weight: weightField,
    temperature: number({
      label: 'Temperature',
      help: 'The lower, the more the nearest of the others count.',
      default: 0.1,
      min: 0,
      exclusiveMin: true,
    }),
    others: choice<'other view' | 'both views'>({
      label: 'Among',
      help: 'What the partner has to be found among.',
      default: 'other view',
      options: [
        {
          value: 'other view',
          label: 'the other view',
          help: 'InfoNCE: for two kinds of data, such as images and texts.',
        },
        { value: 'both views', label: 'both views', help: 'NT-Xent: for two versions of the same data.' },
      ],
    }),
  },
  inputs: [
    { name: 'x', doc: 'Embeddings of the first view.' },
    { name: 'y', doc: 'Embeddings of the second view.' },
  ],
  outputs: [],
  prediction: 'x',
  loss: { metrics: ['accuracy'] },
  infer({ inputs }) {
    const problem = checkEmbeddings(inputs, PORTS);
    return problem ? { problems: [problem] } : { outputs: {} };
  },
  lower({ b, inputs, params: { temperature, others } }) {
    const [x, y] = PORTS.map((port) => unit(b, inputs[port][0]));
    const [batch] = x.type.shape;
    const partner = iota(b, [batch], 0);
    const [first, second] =
      others === 'other view'
        ? [similarities(b, x, y, temperature), similarities(b, y, x, temperature)]
        : [amongBoth(b, x, y, temperature), amongBoth(b, y, x, temperature)];
    const loss = mul(b, add(b, missed(b, first, partner), missed(b, second, partner)), 0.5);
    return { loss, target: partner, scores: first };
  },
});

/** cos / τ of each pair, [batch, batch]. */
const similarities = (b: Builder, x: Value, y: Value, temperature: number): Value =>
  mul(b, matmul(b, x, y, { transposeRight: true }), 1 / temperature);

/** The similarities to the other view, then to one's own, but for oneself: [batch, 2 · batch]. */
function amongBoth(b: Builder, x: Value, y: Value, temperature: number): Value {
  const own = similarities(b, x, x, temperature);
  const { shape } = own.type;
  const oneself = equal(b, iota(b, shape, 0), iota(b, shape, 1));
  return concat(b, [similarities(b, x, y, temperature), select(b, oneself, LOWEST, own)], 1);
}

/** −ln of the probability of the partner. */
function missed(b: Builder, scores: Value, partner: Value): Value {
  const right = oneHot(b, partner, scores.type.shape[1]);
  return neg(b, sum(b, mul(b, right, logSoftmax(b, scores)), [1]));
}

import { choice } from '../../core/fields.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { add } from '../../ops/add.ts';
import { mul } from '../../ops/mul.ts';
import { sum } from '../../ops/reduce-sum.ts';
import { sqrt } from '../../ops/sqrt.ts';
import { sub } from '../../ops/sub.ts';
import { defineLayer } from '../layer.ts';
import { unit } from '../products.ts';
import { checkEmbeddings } from './embeddings.ts';
import { marginField, shortfall } from './margins.ts';
import { weightField } from './target.ts';

/** Added to each difference, as in PyTorch: the root of an exact 0 has no gradient. */
const APART = 1e-6;

const squared = (b: Builder, x: Value): Value => sum(b, mul(b, x, x), [1]);

const DISTANCES = {
  euclidean: (b: Builder, x: Value, y: Value) => sqrt(b, squared(b, add(b, sub(b, x, y), APART))),
  squared: (b: Builder, x: Value, y: Value) => squared(b, sub(b, x, y)),
  cosine: (b: Builder, x: Value, y: Value) => sub(b, 1, sum(b, mul(b, unit(b, x), unit(b, y)), [1])),
};

const PORTS = ['anchor', 'positive', 'negative'] as const;

export default defineLayer({
  type: 'triplet-margin',
  title: 'Triplet margin',
  category: 'loss',
  summary: 'For embeddings in which like lies near like.',
  doc:
    '$L = \\max(0, d(a, p) - d(a, n) + m)$ of three embeddings, *batch × features* each: an anchor $a$, a positive $p$ of the same kind and a ' +
    'negative $n$ of another kind, which is to be farther from the anchor by the margin $m$. It has no target: what belongs together is ' +
    'in the data.\n\n' +
    'The distance $d$ is Euclidean, its square, or $1 - \\cos$. Let the same layers make all three embeddings, with shared weights. ' +
    'Schroff et al., “FaceNet”, CVPR 2015.',
  keywords: [
    'metric learning',
    'siamese',
    'embedding',
    'similarity',
    'TripletMarginLoss',
    'facenet',
    'contrastive',
    'ranking',
  ],
  fields: {
    weight: weightField,
    margin: marginField('How much farther the negative is to be than the positive.', 1),
    distance: choice<keyof typeof DISTANCES>({
      label: 'Distance',
      help: 'How far apart two embeddings are.',
      default: 'euclidean',
      options: [
        { value: 'euclidean', label: 'Euclidean' },
        { value: 'squared', label: 'squared Euclidean' },
        { value: 'cosine', label: 'cosine' },
      ],
    }),
  },
  inputs: [
    { name: 'anchor', doc: 'Embeddings of the examples.' },
    { name: 'positive', doc: 'Embeddings of others of the same kind.' },
    { name: 'negative', doc: 'Embeddings of others of another kind.' },
  ],
  outputs: [],
  prediction: 'anchor',
  loss: { metrics: [] },
  infer({ inputs }) {
    const problem = checkEmbeddings(inputs, PORTS);
    return problem ? { problems: [problem] } : { outputs: {} };
  },
  lower({ b, inputs, params }) {
    const [anchor, positive, negative] = PORTS.map((port) => inputs[port][0]);
    const distance = DISTANCES[params.distance];
    const difference = sub(b, distance(b, anchor, positive), distance(b, anchor, negative));
    return { loss: shortfall(b, add(b, difference, params.margin)) };
  },
});

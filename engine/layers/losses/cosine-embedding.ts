import { cast } from '../../ops/cast.ts';
import { less } from '../../ops/less.ts';
import { mul } from '../../ops/mul.ts';
import { sum } from '../../ops/reduce-sum.ts';
import { reshape } from '../../ops/reshape.ts';
import { select } from '../../ops/select.ts';
import { sub } from '../../ops/sub.ts';
import { defineLayer, type LayerProblem, type PortType } from '../layer.ts';
import { mismatch } from '../shapes.ts';
import { unit } from '../products.ts';
import { checkTwo } from './decisions.ts';
import { checkEmbeddings } from './embeddings.ts';
import { marginField, shortfall } from './margins.ts';
import { lossFields, targetPort, targetType, targetValue } from './target.ts';

export default defineLayer({
  type: 'cosine-embedding',
  title: 'Cosine embedding',
  category: 'loss',
  summary: 'For embeddings of pairs that are told to be alike or not.',
  doc:
    '$L = 1 - \\cos(x, y)$ for pairs that are alike, and $\\max(0, \\cos(x, y) - m)$ for those that are not, of two embeddings, ' +
    '*batch × features* each. The target is a column of two classes, of which the second means alike, or a number per pair, which means ' +
    'alike above ½: 0 and 1 do, and so do −1 and 1.\n\n' +
    'Let the same layers make both embeddings (Siamese networks, Bromley et al., NeurIPS 1993).',
  keywords: [
    'siamese',
    'similarity',
    'pairs',
    'metric learning',
    'CosineEmbeddingLoss',
    'CosineSimilarity',
    'contrastive',
  ],
  fields: {
    ...lossFields,
    margin: { ...marginField('Similarity up to which a pair that is not alike costs nothing.', 0), max: 1 },
  },
  inputs: [
    { name: 'x', doc: 'Embeddings of the first of each pair.' },
    { name: 'y', doc: 'Embeddings of the second of each pair.' },
    targetPort,
  ],
  outputs: [],
  prediction: 'x',
  loss: { metrics: [] },
  infer(context) {
    const given = targetType(context);
    if (given && 'problem' in given) return { problems: [given.problem] };
    const problem = checkEmbeddings(context.inputs, ['x', 'y']) ?? (given && checkTarget(given.target));
    return problem ? { problems: [problem] } : { outputs: {} };
  },
  lower(context) {
    const { b, inputs, params } = context;
    const [[x], [y]] = [inputs.x, inputs.y];
    const similarity = sum(b, mul(b, unit(b, x), unit(b, y)), [1]);
    const alike = less(b, 0.5, reshape(b, cast(b, targetValue(context), 'f32'), similarity.type.shape));
    const apart = shortfall(b, sub(b, similarity, params.margin));
    return { loss: select(b, alike, sub(b, 1, similarity), apart) };
  },
});

function checkTarget(target: PortType): LayerProblem | null {
  const [, width = 1, ...more] = target.shape;
  if (width === 1 && more.length === 0) return checkTwo(target);
  return mismatch('target', target, 'i32[batch] or f32[batch × 1]', {
    message: 'The target does not say of each pair whether it is alike.',
    fix: 'Choose one column of two classes, or of numbers.',
  });
}

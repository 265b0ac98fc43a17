import { sameShape } from '../../core/shape.ts';
import { mul } from '../../ops/mul.ts';
import { sum } from '../../ops/reduce-sum.ts';
import { sub } from '../../ops/sub.ts';
import { defineLayer, type LayerProblem, type PortType } from '../layer.ts';
import { maskValue } from '../masks.ts';
import { formatPort, mismatch } from '../shapes.ts';
import { checkCompared, meanPerExample, POSITIONS_DOC, positionsPort } from './positions.ts';
import { checkForm, formField, logarithm, logarithms } from './probabilities.ts';
import { lossFields, lossPorts, targetValue } from './target.ts';

export default defineLayer({
  type: 'kl-divergence',
  title: 'KL divergence',
  category: 'loss',
  summary: 'For predicting a distribution, such as that of a teacher.',
  doc:
    '$L = \\sum_c t_c (\\ln t_c - \\ln p_c)$ with $p = \\operatorname{softmax}(x)$ of the scores $x$, and a target $t$ of probabilities: how much ' +
    'the prediction $p$ differs from it; 0 where they are equal.\n\n' +
    'Connect the Softmax of another model to “target” to learn from it (distillation, Hinton et al., arXiv 1503.02531, 2015). It differs ' +
    `from cross-entropy by what does not depend on the prediction.\n\n${POSITIONS_DOC} Kullback & Leibler, 1951.`,
  keywords: [
    'kullback-leibler',
    'relative entropy',
    'distillation',
    'teacher',
    'student',
    'KLDivLoss',
    'KLDivergence',
  ],
  fields: { ...lossFields, from: formField },
  inputs: [...lossPorts, positionsPort],
  outputs: [],
  prediction: 'prediction',
  loss: { metrics: ['accuracy'] },
  infer(context) {
    const problem = checkCompared(context, 1, (prediction, { target }) => checkTarget(prediction, target));
    if (problem) return { problems: [problem] };
    const form = checkForm(context.inputs.prediction[0], context.params.from);
    return { outputs: {}, problems: form ? [form] : [] };
  },
  lower(context) {
    const { b, params, inputs } = context;
    const [prediction] = inputs.prediction;
    const target = targetValue(context);
    const scores = logarithms(b, prediction, params.from);
    const excess = sub(b, logarithm(b, target), scores);
    const divergence = sum(b, mul(b, target, excess), [prediction.type.shape.length - 1]);
    const counts = maskValue(b, inputs.mask);
    return { loss: meanPerExample(b, divergence, counts), target, ...(counts && { counts }) };
  },
});

function checkTarget(prediction: PortType, target: PortType): LayerProblem | null {
  if (target.dtype === 'f32' && sameShape(target.shape, prediction.shape)) return null;
  return mismatch('target', target, formatPort(prediction), {
    message: 'The target is no distribution over the classes of the prediction.',
    fix: 'Connect probabilities to “target”, or use the loss “Cross-entropy” for classes.',
  });
}

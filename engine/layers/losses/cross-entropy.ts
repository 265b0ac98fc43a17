import { choice, number } from '../../core/fields.ts';
import { sameShape } from '../../core/shape.ts';
import { add } from '../../ops/add.ts';
import { log } from '../../ops/log.ts';
import { maximum } from '../../ops/max.ts';
import { mul } from '../../ops/mul.ts';
import { neg } from '../../ops/neg.ts';
import { oneHot } from '../../ops/one-hot.ts';
import { sum } from '../../ops/reduce-sum.ts';
import { logSoftmax } from '../../ops/softmax.ts';
import { defineLayer, type LayerProblem, type PortType } from '../layer.ts';
import { formatPort, mismatch, requireRows } from '../shapes.ts';
import { lossFields, lossPorts, targetType, targetValue } from './target.ts';

/** Smallest probability that is taken the logarithm of: the smallest normal f32. */
const TINY = 1.1754943508222875e-38;

export default defineLayer({
  type: 'cross-entropy',
  title: 'Cross-entropy',
  category: 'loss',
  summary: 'For choosing one of several classes.',
  doc:
    '$L = -\\sum_c t_c \\ln p_c$ with $p = \\operatorname{softmax}(x)$ of the scores $x$. The target is a class index per example, or a row of ' +
    'probabilities (one-hot).\n\nConnect the scores of the last Dense layer directly: the softmax is part of the loss, which is ' +
    'faster and numerically safe.\n\nLabel smoothing $s$ makes $(1 - s) t + s / n$ of the target, for $n$ classes (Szegedy et al., CVPR 2016).',
  keywords: ['classification', 'log loss', 'nll', 'softmax', 'categorical'],
  fields: {
    ...lossFields,
    from: choice({
      label: 'Prediction is',
      help: 'Scores straight from a layer, or probabilities after a Softmax.',
      default: 'logits' as 'logits' | 'probabilities',
      options: [
        { value: 'logits', label: 'scores (logits)' },
        { value: 'probabilities', label: 'probabilities' },
      ],
    }),
    smoothing: number({
      label: 'Label smoothing',
      help: 'Share of each target that is spread over all classes, so that the model does not become too sure of itself.',
      default: 0,
      min: 0,
      max: 1,
      exclusiveMax: true,
      advanced: true,
    }),
  },
  inputs: lossPorts,
  outputs: [],
  prediction: 'prediction',
  loss: { metrics: ['accuracy'] },
  infer(context) {
    const [prediction] = context.inputs.prediction;
    const rows = requireRows('prediction', prediction);
    if (rows) return { problems: [rows] };
    const target = targetType(context);
    if (target && 'problem' in target) return { problems: [target.problem] };
    const misfit = target && checkTarget(prediction, target.type);
    if (misfit) return { problems: [misfit] };
    const form = checkForm(prediction, context.params.from);
    return { outputs: {}, problems: form ? [form] : [] };
  },
  lower(context) {
    const { b, params } = context;
    const [prediction] = context.inputs.prediction;
    const target = targetValue(context);
    const classes = prediction.type.shape[1];
    const { smoothing } = params;
    const given = target.type.dtype === 'f32' ? target : oneHot(b, target, classes);
    const shares = smoothing > 0 ? add(b, mul(b, given, 1 - smoothing), smoothing / classes) : given;
    const logarithms =
      params.from === 'logits' ? logSoftmax(b, prediction) : log(b, maximum(b, prediction, TINY));
    return { loss: neg(b, sum(b, mul(b, shares, logarithms), [1])), target };
  },
});

function checkTarget(prediction: PortType, target: PortType): LayerProblem | null {
  if (target.dtype === 'f32') {
    if (sameShape(target.shape, prediction.shape)) return null;
    return mismatch('target', target, formatPort(prediction), {
      message: 'The target is neither a class index nor a row of probabilities that fits the prediction.',
      fix: 'Predict a column of categories, or use the loss “Mean squared error” for numbers.',
    });
  }
  const classes = target.classes?.length;
  if (classes === undefined || classes === prediction.shape[1]) return null;
  return mismatch('prediction', prediction, `f32[batch × ${classes}]`, {
    message: `The target has ${classes} classes, but the prediction has ${prediction.shape[1]} scores.`,
    fix: `Make the last layer ${classes} wide.`,
    repair: { kind: 'resize', extent: classes },
  });
}

function checkForm(prediction: PortType, from: string): LayerProblem | null {
  if ((prediction.probabilities === true) === (from === 'probabilities')) return null;
  const right = prediction.probabilities ? 'probabilities' : 'logits';
  return {
    code: 'LOSS_FORM',
    severity: 'warning',
    port: 'prediction',
    field: 'from',
    message: prediction.probabilities
      ? 'The prediction comes from a Softmax, but the loss takes it as scores and applies a softmax again.'
      : 'The prediction does not come from a Softmax, but the loss takes it as probabilities.',
    got: prediction.probabilities ? 'probabilities' : 'scores',
    expected: from === 'logits' ? 'scores' : 'probabilities',
    fix: `Set “Prediction is” to ${right === 'logits' ? 'scores' : right}.`,
    repair: { kind: 'set', field: 'from', value: right },
  };
}

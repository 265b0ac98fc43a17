import { number } from '../../core/fields.ts';
import { sameShape } from '../../core/shape.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { abs } from '../../ops/abs.ts';
import { add } from '../../ops/add.ts';
import { cast } from '../../ops/cast.ts';
import { exp } from '../../ops/exp.ts';
import { log } from '../../ops/log.ts';
import { maximum } from '../../ops/max.ts';
import { mean } from '../../ops/mean.ts';
import { mul } from '../../ops/mul.ts';
import { neg } from '../../ops/neg.ts';
import { reshape } from '../../ops/reshape.ts';
import { sub } from '../../ops/sub.ts';
import { defineLayer, type LayerProblem, type PortType } from '../layer.ts';
import { formatPort, mismatch, requireRows } from '../shapes.ts';
import { lossFields, lossPorts, targetType, targetValue } from './target.ts';

export default defineLayer({
  type: 'binary-cross-entropy',
  title: 'Binary cross-entropy',
  category: 'loss',
  summary: 'For yes or no, once or for several labels at a time.',
  doc:
    '$L = -\\frac{1}{n} \\sum_i (w t_i \\ln \\sigma(x_i) + (1 - t_i) \\ln (1 - \\sigma(x_i)))$ of the scores $x$: each is a decision by itself, so ' +
    'an example may have several labels, or none. The target is a column of two classes, or a row of numbers from 0 to 1.\n\n' +
    'Connect the scores of the last Dense layer directly, without a Sigmoid: it is part of the loss, which is numerically safe.\n\n' +
    'Where a label is rare, a weight $w$ of the positive ones above 1 makes missing them dearer.',
  keywords: ['classification', 'multi-label', 'logistic', 'sigmoid', 'bce', 'log loss'],
  fields: {
    ...lossFields,
    positiveWeight: number({
      label: 'Weight of positives',
      help: 'Factor of the loss where the target is 1.',
      default: 1,
      min: 0,
      advanced: true,
    }),
  },
  inputs: lossPorts,
  outputs: [],
  prediction: 'prediction',
  loss: { metrics: ['binary-accuracy'] },
  infer(context) {
    const [prediction] = context.inputs.prediction;
    const rows = requireRows('prediction', prediction);
    if (rows) return { problems: [rows] };
    const target = targetType(context);
    if (target && 'problem' in target) return { problems: [target.problem] };
    const misfit = target && checkTarget(prediction, target.type);
    return misfit ? { problems: [misfit] } : { outputs: {} };
  },
  lower(context) {
    const { b, params } = context;
    const [prediction] = context.inputs.prediction;
    const given = targetValue(context);
    const target =
      given.type.dtype === 'f32' ? given : reshape(b, cast(b, given, 'f32'), prediction.type.shape);
    return { loss: mean(b, penalties(b, prediction, target, params.positiveWeight), [1]), target };
  },
});

/** (1 − t) x + (1 + (w − 1) t) ln(1 + e^−x), with the logarithm written so that its exponential cannot overflow. */
function penalties(b: Builder, x: Value, target: Value, weight: number): Value {
  const softplus = add(b, log(b, add(b, exp(b, neg(b, abs(b, x))), 1)), maximum(b, neg(b, x), 0));
  const factor = add(b, mul(b, target, weight - 1), 1);
  return add(b, mul(b, sub(b, 1, target), x), mul(b, factor, softplus));
}

function checkTarget(prediction: PortType, target: PortType): LayerProblem | null {
  if (target.dtype === 'f32') {
    if (sameShape(target.shape, prediction.shape)) return null;
    return mismatch('prediction', prediction, formatPort(target), {
      message: 'The prediction does not have one score for each label.',
      fix: `Make the last layer ${target.shape[1]} wide.`,
      ...(typeof target.shape[1] === 'number' && {
        repair: { kind: 'resize', extent: target.shape[1] } as const,
      }),
    });
  }
  const classes = target.classes?.length ?? 2;
  if (classes !== 2) {
    return mismatch('target', target, 'two classes', {
      message: `The target has ${classes} classes, but this loss is for yes or no.`,
      fix: 'Use the loss “Cross-entropy” for one of several classes.',
    });
  }
  if (prediction.shape[1] === 1) return null;
  return mismatch('prediction', prediction, 'f32[batch × 1]', {
    message: 'Two classes need one score: that of the second class.',
    fix: 'Make the last layer 1 wide.',
    repair: { kind: 'resize', extent: 1 },
  });
}

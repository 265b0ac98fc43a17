import { number } from '../../core/fields.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { abs } from '../../ops/abs.ts';
import { add } from '../../ops/add.ts';
import { exp } from '../../ops/exp.ts';
import { log } from '../../ops/log.ts';
import { maximum } from '../../ops/max.ts';
import { mul } from '../../ops/mul.ts';
import { neg } from '../../ops/neg.ts';
import { sub } from '../../ops/sub.ts';
import { decisionLoss } from './decisions.ts';

export default decisionLoss(
  {
    type: 'binary-cross-entropy',
    title: 'Binary cross-entropy',
    summary: 'For yes or no, once or for several labels at a time.',
    doc:
      '$L = -\\frac{1}{n} \\sum_i (w t_i \\ln \\sigma(x_i) + (1 - t_i) \\ln (1 - \\sigma(x_i)))$ of the scores $x$: each is a decision by itself, so ' +
      'an example may have several labels, or none. The target is a column of two classes, or a row of numbers from 0 to 1.\n\n' +
      'Connect the scores of the last Dense layer directly, without a Sigmoid: it is part of the loss, which is numerically safe.\n\n' +
      'Where a label is rare, a weight $w$ of the positive ones above 1 makes missing them dearer.',
    keywords: [
      'classification',
      'multi-label',
      'logistic',
      'sigmoid',
      'bce',
      'log loss',
      'BCEWithLogitsLoss',
      'BCELoss',
      'BinaryCrossentropy',
      'MultiLabelSoftMarginLoss',
      'segmentation',
    ],
  },
  {
    positiveWeight: number({
      label: 'Weight of positives',
      help: 'Factor of the loss where the target is 1.',
      default: 1,
      min: 0,
      advanced: true,
    }),
  },
  (b, x, target, { positiveWeight }) => {
    const factor = add(b, mul(b, target, positiveWeight - 1), 1);
    return add(b, mul(b, sub(b, 1, target), x), mul(b, factor, softplusOfNegative(b, x)));
  },
);

/** ln(1 + e^−x), written so that its exponential cannot overflow. */
const softplusOfNegative = (b: Builder, x: Value): Value =>
  add(b, log(b, add(b, exp(b, neg(b, abs(b, x))), 1)), maximum(b, neg(b, x), 0));

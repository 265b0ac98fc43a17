import { add } from '../../ops/add.ts';
import { mul } from '../../ops/mul.ts';
import { oneHot } from '../../ops/one-hot.ts';
import { restore } from '../../ops/reduction.ts';
import { sum } from '../../ops/reduce-sum.ts';
import { sub } from '../../ops/sub.ts';
import { defineLayer } from '../layer.ts';
import { maskValue } from '../masks.ts';
import { checkClasses, ignoreField, notIgnored, requireClasses } from './classes.ts';
import { marginField, shortfall, squaredField } from './margins.ts';
import { bothCount, checkCompared, meanPerExample, POSITIONS_DOC, positionsPort } from './positions.ts';
import { encodingField, lossFields, lossPorts, targetValue } from './target.ts';

export default defineLayer({
  type: 'multi-class-hinge',
  title: 'Multi-class hinge',
  category: 'loss',
  summary: 'For choosing one of several classes with a margin.',
  doc:
    '$L = \\frac1n \\sum_{c \\ne t} \\max(0, m - x_t + x_c)$ of the scores $x$ of $n$ classes, of which $t$ is the right one: its score is to be ' +
    'higher than the others by the margin $m$. The target is a class index per example, or per position of a sequence or an image.\n\n' +
    `${POSITIONS_DOC} Weston & Watkins, ESANN 1999.`,
  keywords: [
    'svm',
    'multi margin',
    'MultiMarginLoss',
    'CategoricalHinge',
    'maximum margin',
    'classification',
  ],
  fields: {
    ...lossFields,
    encoding: encodingField,
    margin: marginField('How much higher the score of the right class is to be than any other.', 1),
    squared: squaredField,
    ignore: ignoreField,
  },
  inputs: [...lossPorts, positionsPort],
  outputs: [],
  prediction: 'prediction',
  loss: { metrics: ['accuracy'] },
  infer(context) {
    const problem = checkCompared(
      context,
      1,
      (prediction, given) =>
        requireClasses(prediction, given) ?? checkClasses(prediction, given.target, context.params.ignore),
    );
    return problem ? { problems: [problem] } : { outputs: {} };
  },
  lower(context) {
    const { b, params, inputs } = context;
    const [prediction] = inputs.prediction;
    const target = targetValue(context);
    const { shape } = prediction.type;
    const axes = [shape.length - 1];
    const right = oneHot(b, target, shape.at(-1)!);
    const score = restore(b, sum(b, mul(b, right, prediction), axes), shape, axes);
    const missing = shortfall(b, add(b, sub(b, prediction, score), params.margin), params.squared);
    // The right class is short of its own margin, which must not count.
    const penalties = mul(b, sum(b, mul(b, sub(b, 1, right), missing), axes), 1 / shape.at(-1)!);
    const counts = bothCount(b, maskValue(b, inputs.mask), notIgnored(b, target, params.ignore));
    return { loss: meanPerExample(b, penalties, counts), target, ...(counts && { counts }) };
  },
});

import { number } from '../../core/fields.ts';
import { sameShape } from '../../core/shape.ts';
import { add } from '../../ops/add.ts';
import { mul } from '../../ops/mul.ts';
import { neg } from '../../ops/neg.ts';
import { oneHot } from '../../ops/one-hot.ts';
import { sum } from '../../ops/reduce-sum.ts';
import { defineLayer, type InferContext, type LayerProblem, type PortType } from '../layer.ts';
import { maskValue } from '../masks.ts';
import { lastExtent } from '../shapes.ts';
import {
  checkClasses,
  requireClasses,
  checkWeighting,
  classWeights,
  ignoreField,
  notIgnored,
  weightingFields,
} from './classes.ts';
import { bothCount, checkCompared, meanPerExample, POSITIONS_DOC, positionsPort } from './positions.ts';
import { checkForm, formField, logarithms } from './probabilities.ts';
import { encodingField, lossFields, lossPorts, targetType, targetValue, type Target } from './target.ts';

const fields = {
  ...lossFields,
  encoding: encodingField,
  from: formField,
  smoothing: number({
    label: 'Label smoothing',
    help: 'Share of each target that is spread over all classes, so that the model does not become too sure of itself.',
    default: 0,
    min: 0,
    max: 1,
    exclusiveMax: true,
    advanced: true,
  }),
  ignore: ignoreField,
  ...weightingFields,
};
type Context = Pick<InferContext<typeof fields>, 'inputs' | 'params' | 'data'>;

export default defineLayer({
  type: 'cross-entropy',
  title: 'Cross-entropy',
  category: 'loss',
  summary: 'For choosing one of several classes.',
  doc:
    '$L = -\\sum_c w_c t_c \\ln p_c$ with $p = \\operatorname{softmax}(x)$ of the scores $x$. The target is a class index per example, or a ' +
    'row of probabilities (one-hot). Of a prediction *batch × … × classes* it is *batch × …* indices: the next token at each step of a ' +
    'sequence, the class of each pixel of an image.\n\n' +
    'Connect the scores of the last Dense layer directly: the softmax is part of the loss, which is faster and numerically safe.\n\n' +
    'Label smoothing $s$ makes $(1 - s) t + s / n$ of the target, for $n$ classes (Szegedy et al., CVPR 2016). The weights of classes $w$ ' +
    'are 1, those given, or balanced, $w_c = N / (n N_c)$ for $N_c$ of $N$ examples.\n\n' +
    `${POSITIONS_DOC} With equal weights and nothing left out this is PyTorch's mean; class weights are factors, as with its ` +
    'reduction “none”, and the sum is not divided by them.',
  keywords: [
    'classification',
    'log loss',
    'nll',
    'softmax',
    'categorical',
    'CrossEntropyLoss',
    'NLLLoss',
    'SparseCategoricalCrossentropy',
    'CategoricalCrossentropy',
    'language model',
    'segmentation',
    'tagging',
  ],
  fields,
  inputs: [...lossPorts, positionsPort],
  outputs: [],
  prediction: 'prediction',
  loss: { metrics: ['accuracy', 'perplexity'] },
  infer(context) {
    const { params } = context;
    const problem = checkCompared(
      context,
      1,
      (prediction, given) =>
        checkTarget(prediction, given, params.ignore) ??
        checkWeighting(lastExtent(prediction), params, given.columns),
    );
    if (problem) return { problems: [problem] };
    const form = checkForm(context.inputs.prediction[0], params.from);
    return { outputs: {}, problems: form ? [form] : [] };
  },
  weights: (context) => weightsOf(context),
  lower(context) {
    const { b, params, inputs, weight } = context;
    const [prediction] = inputs.prediction;
    const target = targetValue(context);
    const classes = prediction.type.shape.at(-1)!;
    const given = target.type.dtype === 'f32' ? target : oneHot(b, target, classes);
    const { smoothing } = params;
    const shares = smoothing > 0 ? add(b, mul(b, given, 1 - smoothing), smoothing / classes) : given;
    const weighted = params.weighting === 'equal' ? shares : mul(b, shares, weight('class-weights'));
    const scores = logarithms(b, prediction, params.from);
    const penalties = neg(b, sum(b, mul(b, weighted, scores), [prediction.type.shape.length - 1]));
    const counts = bothCount(b, maskValue(b, inputs.mask), notIgnored(b, target, params.ignore));
    return {
      loss: meanPerExample(b, penalties, counts),
      target,
      ...(counts && { counts }),
      ...(params.from === 'probabilities' && { scores }),
    };
  },
});

function weightsOf(context: Context) {
  const given = targetType(context);
  const columns = given && 'columns' in given ? given.columns : [];
  return classWeights(lastExtent(context.inputs.prediction[0]), context.params, columns);
}

function checkTarget(prediction: PortType, given: Target<PortType>, ignore: number): LayerProblem | null {
  const { target } = given;
  if (target.dtype === 'f32' && sameShape(target.shape, prediction.shape)) return null;
  return requireClasses(prediction, given) ?? checkClasses(prediction, target, ignore);
}

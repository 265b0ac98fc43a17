import type { Fields, ParamsOf } from '../../core/fields.ts';
import { sameShape } from '../../core/shape.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { sub } from '../../ops/sub.ts';
import { defineLayer, type LayerProblem, type LayerRecord, type PortType, type Words } from '../layer.ts';
import { maskValue } from '../masks.ts';
import { scaled, scalingWeights, unscaled } from '../scaling.ts';
import { formatPort, mismatch } from '../shapes.ts';
import { checkCompared, meanPerExample, positionsPort } from './positions.ts';
import { boundTarget, lossFields, lossPorts, targetScaling } from './target.ts';

const SCALING_DOC =
  'Target columns of numbers are brought to mean 0 and deviation 1 of the training part, unless the data set was imported without normalising: ' +
  'the loss is in these units, so that a model learns prices as well as shares. Metrics and predictions are in the units of the target.';

/** A loss that is the mean, over the values of an example that count, of a function of prediction − target. */
export function regressionLoss<F extends Fields>(
  words: Words,
  fields: F,
  penalty: (b: Builder, difference: Value, params: ParamsOf<F>) => Value,
): LayerRecord<typeof lossFields & F> {
  return defineLayer<typeof lossFields & F>({
    ...words,
    doc: `${words.doc}\n\n${SCALING_DOC}\n\nOf a sequence or an image with a mask, the mean is over the positions that count; 0 where none does.`,
    category: 'loss',
    fields: { ...lossFields, ...fields },
    inputs: [...lossPorts, positionsPort],
    outputs: [],
    prediction: 'prediction',
    loss: { metrics: ['mae', 'rmse'] },
    infer(context) {
      const problem = checkCompared(context, 0, (prediction, { target }) => checkTarget(prediction, target));
      return problem ? { problems: [problem] } : { outputs: {} };
    },
    weights: (context) => scalingWeights(targetScaling(context)),
    lower(context) {
      const { b, params, inputs, weight } = context;
      const [prediction] = inputs.prediction;
      const { value: target, scaling } = boundTarget(context);
      const compared = scaling ? scaled(b, target, weight, scaling) : target;
      const penalties = penalty(b, sub(b, prediction, compared), params);
      const counts = maskValue(b, inputs.mask);
      return {
        loss: meanPerExample(b, penalties, counts),
        target,
        ...(scaling && { scores: unscaled(b, prediction, weight, scaling) }),
        ...(counts && { counts }),
      };
    },
    predicted: (b, prediction, weight) =>
      weight('scale')
        ? unscaled(b, prediction, (name) => weight(name)!, { log1p: weight('log1p') })
        : prediction,
  });
}

function checkTarget(prediction: PortType, target: PortType): LayerProblem | null {
  if (target.dtype === 'u8') {
    return mismatch('target', target, formatPort(prediction), {
      message: 'The target is an image as it is stored, with values from 0 to 255.',
      fix: 'Connect an Input that reads this column to “target”: it brings the values to the range of the inputs.',
    });
  }
  if (target.dtype !== 'f32') {
    return mismatch('target', target, formatPort(prediction), {
      message: 'The target is a class, not a number.',
      fix: 'Use the loss “Cross-entropy” for classes, or import the target column as a number.',
    });
  }
  if (sameShape(prediction.shape, target.shape)) return null;
  const [width] = target.shape.slice(1);
  const resizable = target.shape.length === 2 && prediction.shape.length === 2 && typeof width === 'number';
  return mismatch('prediction', prediction, formatPort(target), {
    message: 'The prediction and the target have different shapes.',
    fix: resizable
      ? `Make the last layer ${width} wide.`
      : 'Bring the prediction to the shape of the target.',
    ...(resizable && { repair: { kind: 'resize', extent: width } as const }),
  });
}

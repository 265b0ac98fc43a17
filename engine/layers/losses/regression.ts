import type { Fields, ParamsOf } from '../../core/fields.ts';
import { sameShape } from '../../core/shape.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { mean } from '../../ops/mean.ts';
import { sub } from '../../ops/sub.ts';
import { defineLayer, type LayerProblem, type LayerRecord, type PortType, type Words } from '../layer.ts';
import { formatPort, mismatch, requireReal } from '../shapes.ts';
import { lossFields, lossPorts, targetType, targetValue } from './target.ts';

/** A loss that is the mean, over the values of an example, of a function of prediction − target. */
export function regressionLoss<F extends Fields>(
  words: Words,
  fields: F,
  penalty: (b: Builder, difference: Value, params: ParamsOf<F>) => Value,
): LayerRecord<typeof lossFields & F> {
  return defineLayer<typeof lossFields & F>({
    ...words,
    category: 'loss',
    fields: { ...lossFields, ...fields },
    inputs: lossPorts,
    outputs: [],
    prediction: 'prediction',
    loss: { metrics: ['mae', 'rmse'] },
    infer(context) {
      const [prediction] = context.inputs.prediction;
      const target = targetType(context);
      if (target && 'problem' in target) return { problems: [target.problem] };
      const problem =
        requireReal('prediction', prediction) ?? (target && checkTarget(prediction, target.type));
      return problem ? { problems: [problem] } : { outputs: {} };
    },
    lower(context) {
      const { b, params } = context;
      const [prediction] = context.inputs.prediction;
      const target = targetValue(context);
      const penalties = penalty(b, sub(b, prediction, target), params);
      const axes = prediction.type.shape.map((_, axis) => axis).slice(1);
      return { loss: mean(b, penalties, axes), target };
    },
  });
}

function checkTarget(prediction: PortType, target: PortType): LayerProblem | null {
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

import type { Fields, ParamsOf } from '../../core/fields.ts';
import { sameShape } from '../../core/shape.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { sub } from '../../ops/sub.ts';
import { defineLayer, type LayerProblem, type LayerRecord, type PortType, type Words } from '../layer.ts';
import { maskValue } from '../masks.ts';
import { formatPort, mismatch } from '../shapes.ts';
import { checkCompared, meanPerExample, positionsPort } from './positions.ts';
import { lossFields, lossPorts, targetValue } from './target.ts';

/** A loss that is the mean, over the values of an example that count, of a function of prediction − target. */
export function regressionLoss<F extends Fields>(
  words: Words,
  fields: F,
  penalty: (b: Builder, difference: Value, params: ParamsOf<F>) => Value,
): LayerRecord<typeof lossFields & F> {
  return defineLayer<typeof lossFields & F>({
    ...words,
    doc: `${words.doc}\n\nOf a sequence or an image with a mask, the mean is over the positions that count; 0 where none does.`,
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
    lower(context) {
      const { b, params, inputs } = context;
      const [prediction] = inputs.prediction;
      const target = targetValue(context);
      const penalties = penalty(b, sub(b, prediction, target), params);
      const counts = maskValue(b, inputs.mask);
      return { loss: meanPerExample(b, penalties, counts), target, ...(counts && { counts }) };
    },
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

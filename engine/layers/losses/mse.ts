import { sameShape } from '../../core/shape.ts';
import { mean } from '../../ops/mean.ts';
import { mul } from '../../ops/mul.ts';
import { sub } from '../../ops/sub.ts';
import { defineLayer, type LayerProblem, type PortType } from '../layer.ts';
import { formatPort, mismatch, requireReal } from '../shapes.ts';
import { lossFields, lossPorts, targetType, targetValue } from './target.ts';

export default defineLayer({
  type: 'mse',
  title: 'Mean squared error',
  category: 'loss',
  summary: 'For predicting numbers.',
  doc: '$L = \\frac1n \\sum_i (p_i - t_i)^2$ over the values of an example.\n\nLarge errors count much more than small ones.',
  keywords: ['regression', 'l2', 'squared', 'mse', 'autoencoder'],
  fields: lossFields,
  inputs: lossPorts,
  outputs: [],
  prediction: 'prediction',
  loss: { metrics: ['mae', 'rmse'] },
  infer(context) {
    const [prediction] = context.inputs.prediction;
    const target = targetType(context);
    if (target && 'problem' in target) return { problems: [target.problem] };
    const problem = requireReal('prediction', prediction) ?? (target && checkTarget(prediction, target.type));
    return problem ? { problems: [problem] } : { outputs: {} };
  },
  lower(context) {
    const { b } = context;
    const [prediction] = context.inputs.prediction;
    const target = targetValue(context);
    const difference = sub(b, prediction, target);
    const axes = prediction.type.shape.map((_, axis) => axis).slice(1);
    return { loss: mean(b, mul(b, difference, difference), axes), target };
  },
});

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

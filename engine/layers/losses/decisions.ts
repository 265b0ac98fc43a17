import type { Fields, ParamsOf } from '../../core/fields.ts';
import { sameShape } from '../../core/shape.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { cast } from '../../ops/cast.ts';
import { reshape } from '../../ops/reshape.ts';
import { defineLayer, type LayerProblem, type LayerRecord, type PortType, type Words } from '../layer.ts';
import { maskValue } from '../masks.ts';
import { formatPort, mismatch, requireRows } from '../shapes.ts';
import { checkCompared, meanPerExample, POSITIONS_DOC, positionsPort } from './positions.ts';
import { encodingField, lossFields, lossPorts, targetValue } from './target.ts';

const decisionFields = { ...lossFields, encoding: encodingField };

/** A loss of scores that are decisions, each with a target that says yes or no: the mean of their penalties over those that count. */
export function decisionLoss<F extends Fields>(
  words: Words,
  fields: F,
  penalty: (b: Builder, scores: Value, target: Value, params: ParamsOf<F>) => Value,
): LayerRecord<typeof decisionFields & F> {
  return defineLayer<typeof decisionFields & F>({
    ...words,
    doc: `${words.doc}\n\n${POSITIONS_DOC}`,
    category: 'loss',
    fields: { ...decisionFields, ...fields },
    inputs: [...lossPorts, positionsPort],
    outputs: [],
    prediction: 'prediction',
    loss: { metrics: ['binary-accuracy'] },
    infer(context) {
      const problem = checkCompared(context, 0, (prediction, { target }) => checkTarget(prediction, target));
      return problem ? { problems: [problem] } : { outputs: {} };
    },
    lower(context) {
      const { b, params, inputs } = context;
      const [prediction] = inputs.prediction;
      const target = reshape(b, cast(b, targetValue(context), 'f32'), prediction.type.shape);
      const counts = maskValue(b, inputs.mask);
      const loss = meanPerExample(b, penalty(b, prediction, target, params), counts);
      return { loss, target, ...(counts && { counts }) };
    },
  });
}

function checkTarget(prediction: PortType, target: PortType): LayerProblem | null {
  const { shape } = prediction;
  if (sameShape(target.shape, shape) && target.dtype !== 'u8') return checkTwo(target);
  if (target.dtype === 'f32') {
    const width = target.shape.at(-1);
    return mismatch('prediction', prediction, formatPort(target), {
      message: 'The prediction does not have one score for each label.',
      fix: `Make the last layer ${width} wide.`,
      ...(typeof width === 'number' && { repair: { kind: 'resize', extent: width } as const }),
    });
  }
  const two = checkTwo(target);
  if (two) return two;
  if (sameShape([...target.shape, 1], shape)) return null;
  if (target.shape.length === 1 && shape.length > 2) return requireRows('prediction', prediction);
  return mismatch('prediction', prediction, formatPort({ dtype: 'f32', shape: [...target.shape, 1] }), {
    message: 'Two classes need one score: that of the second class.',
    fix: 'Make the last layer 1 wide.',
    repair: { kind: 'resize', extent: 1 },
  });
}

/** A problem unless the target is real numbers, or whole ones that say yes or no. */
export function checkTwo(target: PortType): LayerProblem | null {
  if (target.dtype === 'u8') {
    return mismatch('target', target, 'i32 values', {
      message: 'The target is an image whose values are not read as indices.',
      fix: 'Read the target as indices.',
      repair: { kind: 'set', field: 'encoding', value: 'indices' },
    });
  }
  const classes = target.dtype === 'i32' ? (target.classes?.length ?? target.vocabulary ?? 2) : 2;
  if (classes === 2 || (classes === 1 && !target.classes)) return null;
  return mismatch('target', target, 'two classes', {
    message: `The target has ${classes} classes, but this loss is for yes or no.`,
    fix: 'Use the loss “Cross-entropy” for one of several classes.',
  });
}

import { BATCH, sameShape, type SymbolicShape } from '../../core/shape.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { and } from '../../ops/and.ts';
import { broadcast } from '../../ops/broadcast.ts';
import { cast } from '../../ops/cast.ts';
import { div } from '../../ops/div.ts';
import { maximum } from '../../ops/max.ts';
import { mean } from '../../ops/mean.ts';
import { sum } from '../../ops/reduce-sum.ts';
import { select } from '../../ops/select.ts';
import type { LayerProblem, PortType } from '../layer.ts';
import { mismatch, requireReal } from '../shapes.ts';
import { targetType, type Target } from './target.ts';

/** What losses and metrics share that compare more than one position of an example: steps of a sequence, pixels of an image. */

export const positionsPort = {
  name: 'mask',
  doc: 'True (or not 0) where the prediction counts: batch, batch × length, … Unconnected: everywhere.',
  optional: true,
} as const;

/** What a loss's documentation says of `positionsPort`. */
export const POSITIONS_DOC =
  'Of a sequence or an image, the loss of an example is the mean over the positions that count: all, or those of the mask. An ' +
  'example in which none counts has the loss 0.';

/** A problem unless the mask, where one is connected, has the shape of `positions`, or of their first axes. */
function checkPositions([mask]: readonly PortType[] = [], positions: SymbolicShape): LayerProblem | null {
  const given = mask?.shape.length;
  if (!mask || (mask.dtype !== 'f32' && sameShape(mask.shape, positions.slice(0, given)))) return null;
  return mismatch('mask', mask, `bool[${positions.join(' × ')}]`, {
    message: 'The mask does not say of each position whether it counts.',
    fix: `Connect the PaddingMask of the tokens, or leave it out to let all of ${BATCH} × … count.`,
  });
}

/**
 * What is wrong where a loss compares a prediction with a target, position by position; `check` looks at both once the target is known.
 * `axes`: how many of the prediction's axes follow those of its positions.
 */
export function checkCompared(
  context: Parameters<typeof targetType>[0],
  axes: 0 | 1,
  check: (prediction: PortType, given: Target<PortType>) => LayerProblem | null,
): LayerProblem | null {
  const {
    prediction: [prediction],
    mask,
  } = context.inputs;
  const given = targetType(context);
  if (given && 'problem' in given) return given.problem;
  return (
    requireReal('prediction', prediction) ??
    (given && check(prediction, given)) ??
    checkPositions(mask, prediction.shape.slice(0, prediction.shape.length - axes))
  );
}

/** What both let count; undefined where all do. One may have fewer axes than the other. */
export function bothCount(b: Builder, x: Value | undefined, y: Value | undefined): Value | undefined {
  if (!x || !y) return x ?? y;
  const [less, more] = x.type.shape.length < y.type.shape.length ? [x, y] : [y, x];
  return and(b, overLeading(b, less, more.type.shape), more);
}

/** Of each example, f32[batch]: the mean over the values that count, 0 where none does. All count where `counts` is absent. */
export function meanPerExample(b: Builder, values: Value, counts?: Value): Value {
  const { shape } = values.type;
  const axes = shape.map((_, axis) => axis).slice(1);
  if (!counts) return axes.length === 0 ? values : mean(b, values, axes);
  const counted = overLeading(b, counts, shape);
  const total = sum(b, select(b, counted, values, 0), axes);
  return div(b, total, maximum(b, sum(b, cast(b, counted, 'f32'), axes), 1));
}

/** Repeats a value over the axes that follow its own. */
function overLeading(b: Builder, value: Value, shape: readonly number[]): Value {
  return broadcast(
    b,
    value,
    shape,
    value.type.shape.map((_, axis) => axis),
  );
}

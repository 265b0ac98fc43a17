import type { Column } from '../../core/dataset.ts';
import { choice, int, numbers } from '../../core/fields.ts';
import { sameShape } from '../../core/shape.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { equal } from '../../ops/equal.ts';
import { not } from '../../ops/not.ts';
import type { LayerProblem, PortType, Weight } from '../layer.ts';
import { formatPort, lastExtent, mismatch, requireRows } from '../shapes.ts';
import type { Target } from './target.ts';

/** What losses share whose target is the index of a class. */

export const ignoreField = int({
  label: 'Ignored index',
  help: 'Positions whose target has this index do not count, such as padding; −1: all do.',
  default: -1,
  min: -1,
  advanced: true,
});

/** A problem unless the target holds whole numbers. */
export function requireClasses(
  prediction: PortType,
  { target, columns }: Target<PortType>,
): LayerProblem | null {
  if (target.dtype === 'i32') return null;
  const positions = prediction.shape.slice(0, -1);
  if (sameShape(target.shape, positions) || sameShape(target.shape, [...positions, 1])) {
    const kind = columns.length > 0 ? 'set' : 'set-source';
    return mismatch('target', target, formatPort({ dtype: 'i32', shape: positions }), {
      message: 'The target has a number at each position, but no class index.',
      fix: 'Read the target as indices.',
      repair: { kind, field: 'encoding', value: 'indices' },
    });
  }
  return mismatch('target', target, formatPort(prediction), {
    message: 'The target does not say which of the classes is right.',
    fix: 'Predict a column of categories, or use the loss “Mean squared error” for numbers.',
  });
}

/** A problem unless the target is the index of one of the prediction's classes at each of its positions. */
export function checkClasses(prediction: PortType, target: PortType, ignore: number): LayerProblem | null {
  const scores = lastExtent(prediction);
  if (!sameShape(target.shape, prediction.shape.slice(0, -1))) return checkPlaces(prediction, target);
  const { classes, vocabulary = 0 } = target;
  if (classes ? classes.length === scores : vocabulary <= scores || ignore === scores) return null;
  const count = classes?.length ?? vocabulary;
  const noun = classes ? 'classes' : 'different indices';
  return mismatch(
    'prediction',
    prediction,
    formatPort({ ...prediction, shape: prediction.shape.with(-1, count) }),
    {
      message: `The target has ${count} ${noun}, but the prediction has ${scores} scores.`,
      fix: `Make the last layer ${count} wide.`,
      repair: { kind: 'resize', extent: count },
    },
  );
}

function checkPlaces(prediction: PortType, target: PortType): LayerProblem | null {
  if (target.shape.length === 1) return requireRows('prediction', prediction);
  const expected = formatPort({ ...prediction, shape: [...target.shape, 'classes'] });
  return mismatch('prediction', prediction, expected, {
    message: 'The prediction does not have scores at each position of the target.',
    fix: 'Bring prediction and target to the same positions; a recurrent layer must give every step.',
  });
}

/** True where the target is not the index to ignore; undefined where there is none. */
export function notIgnored(b: Builder, target: Value, ignore: number): Value | undefined {
  return target.type.dtype === 'i32' && ignore >= 0 ? not(b, equal(b, target, ignore)) : undefined;
}

export const weightingFields = {
  weighting: choice<'equal' | 'balanced' | 'given'>({
    label: 'Weights of classes',
    help: 'Balanced: each class counts as much as the others, however many examples it has.',
    default: 'equal',
    options: [
      { value: 'equal', label: 'equal' },
      { value: 'balanced', label: 'balanced' },
      { value: 'given', label: 'as given' },
    ],
    advanced: true,
  }),
  classWeights: numbers({
    label: 'Given weights',
    help: 'A factor of the loss for each class, where the weights are as given.',
    default: [],
    min: 0,
    advanced: true,
  }),
};

interface Weighting {
  readonly weighting: 'equal' | 'balanced' | 'given';
  readonly classWeights: readonly number[];
}

/** A problem unless there is a weight for each class. `columns` are those that the target is read from. */
export function checkWeighting(
  classes: number,
  params: Weighting,
  columns: readonly Column[],
): LayerProblem | null {
  const { weighting, classWeights } = params;
  if (weighting === 'given' && classWeights.length !== classes) {
    return {
      code: 'LOSS_CLASS_WEIGHTS',
      severity: 'error',
      field: 'classWeights',
      message: 'There must be one weight for each class.',
      got: `${classWeights.length} weights`,
      expected: `${classes} weights`,
      fix: `Give ${classes} weights, or make them balanced or equal.`,
    };
  }
  if (weighting !== 'balanced' || countsOf(columns, classes)) return null;
  return {
    code: 'LOSS_CLASS_COUNTS',
    severity: 'error',
    field: 'weighting',
    message: 'It is not known how many examples each class has.',
    got: 'a target that is connected, or not a category',
    expected: 'a target column of categories',
    fix: 'Give the weights yourself, or predict a column of categories.',
    repair: { kind: 'set', field: 'weighting', value: 'equal' },
  };
}

/** The factors of the classes, kept beside the model's weights; none where all are equal. */
export function classWeights(
  classes: number,
  { weighting, classWeights }: Weighting,
  columns: readonly Column[],
): Weight[] {
  if (weighting === 'equal') return [];
  const counts = countsOf(columns, classes);
  const values = weighting === 'given' ? classWeights : balanced(counts ?? []);
  const init = { kind: 'values', values } as const;
  return [{ name: 'class-weights', shape: [classes], init, role: 'statistic', decay: false }];
}

/** n / (k nₖ): their mean over the examples is 1. */
function balanced(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => total / (counts.length * Math.max(count, 1)));
}

/** How often each class occurs in the columns; null where the data set does not say. */
function countsOf(columns: readonly Column[], classes: number): number[] | null {
  const counts = columns.map((column) => column.counts);
  if (counts.length === 0 || counts.some((known) => known?.length !== classes)) return null;
  return Array.from({ length: classes }, (_, at) =>
    counts.reduce((sum, known) => sum + (known?.[at] ?? 0), 0),
  );
}

import { bindColumns, type Encoding } from '../../core/binding.ts';
import type { Affine, Column } from '../../core/dataset.ts';
import { toProblem } from '../../core/errors.ts';
import { choice, columns, number } from '../../core/fields.ts';
import { BATCH } from '../../core/shape.ts';
import type { Value } from '../../ir/builder.ts';
import type {
  BatchColumns,
  InferContext,
  InputTypes,
  LayerProblem,
  LowerContext,
  PortType,
} from '../layer.ts';

/** What losses share: their weight, and where they get a target from. */

export const weightField = number({
  label: 'Weight',
  help: 'Factor of this loss in the sum of all losses.',
  default: 1,
  min: 0,
});

export const lossFields = {
  columns: columns({
    label: 'Target columns',
    help: 'Columns to predict, where nothing is connected to “target”; none chosen means all target columns.',
    default: [],
    role: 'target',
  }),
  weight: weightField,
};

/** For losses whose target may be whole numbers. */
export const encodingField = choice<Encoding>({
  label: 'Read target as',
  help: 'Of target columns: one category or a row of numbers; or indices, of which several columns are a sequence.',
  default: 'features',
  options: [
    { value: 'features', label: 'values' },
    { value: 'indices', label: 'indices' },
  ],
});

export const targetPort = {
  name: 'target',
  doc: 'What is right. Unconnected: the target columns of the data set.',
  optional: true,
} as const;
export const lossPorts = [{ name: 'prediction', doc: 'What the model says.' }, targetPort] as const;

interface TargetParams {
  readonly columns: readonly string[];
  readonly encoding?: Encoding;
}

/** A target, and the columns of the data set that it is read from: none where it is connected. */
export interface Target<T> {
  readonly target: T;
  readonly columns: readonly Column[];
}

/** Type of the target, or what is wrong with it; null while there is neither a connection nor a data set. */
export function targetType({
  inputs: { target },
  params: { columns, encoding },
  data,
}: Pick<InferContext<Record<never, never>>, 'data'> & {
  readonly inputs: InputTypes;
  readonly params: TargetParams;
}): Target<PortType> | { readonly problem: LayerProblem } | null {
  if (target && target.length > 0) return { target: target[0], columns: [] };
  if (!data) return null;
  try {
    const bound = bindColumns(data, columns, 'target', encoding);
    const { dtype, shape, classes, vocabulary } = bound;
    const known = { ...(classes && { classes }), ...(vocabulary && { vocabulary }) };
    return { target: { dtype, shape: [BATCH, ...shape], ...known }, columns: bound.columns };
  } catch (error) {
    return { problem: { ...toProblem(error), severity: 'error', field: 'columns' } };
  }
}

/** What `targetType` announced. */
export const targetValue = (context: TargetContext): Value => boundTarget(context).value;

/** The same, with what is known of its columns where it is read from some. */
export function boundTarget({
  inputs: { target },
  params: { columns, encoding },
  columns: bind,
}: TargetContext): Pick<BatchColumns, 'value' | 'scaling'> {
  if (target && target.length > 0) return { value: target[0] };
  return bind(columns, 'target', encoding);
}
type TargetContext = Pick<LowerContext<Record<never, never>>, 'inputs' | 'columns'> & {
  readonly params: TargetParams;
};

/** How a loss of numbers scales the target; undefined where it does not, or the target is connected. */
export function targetScaling({
  inputs: { target },
  params: { columns, encoding },
  data,
}: Parameters<typeof targetType>[0]): Affine | undefined {
  if (!data || (target && target.length > 0)) return undefined;
  return bindColumns(data, columns, 'target', encoding).scaling;
}

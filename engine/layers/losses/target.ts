import { bindColumns } from '../../core/binding.ts';
import { toProblem } from '../../core/errors.ts';
import { columns, number } from '../../core/fields.ts';
import { BATCH } from '../../core/shape.ts';
import type { Value } from '../../ir/builder.ts';
import type { InferContext, LayerProblem, LowerContext, PortType } from '../layer.ts';

/** What losses share: their ports, and where they get the target from. */

export const lossFields = {
  columns: columns({
    label: 'Target columns',
    help: 'Columns to predict, where nothing is connected to “target”; none chosen means all target columns.',
    default: [],
    role: 'target',
  }),
  weight: number({
    label: 'Weight',
    help: 'Factor of this loss in the sum of all losses.',
    default: 1,
    min: 0,
  }),
};
type LossFields = typeof lossFields;

export const lossPorts = [
  { name: 'prediction', doc: 'What the model says.' },
  { name: 'target', doc: 'What is right. Unconnected: the target columns of the data set.', optional: true },
] as const;

/** Type of the target, or what is wrong with it; null while there is neither a connection nor a data set. */
export function targetType({
  inputs: { target },
  params,
  data,
}: Pick<InferContext<LossFields>, 'inputs' | 'data'> & { params: { columns: readonly string[] } }):
  { readonly type: PortType } | { readonly problem: LayerProblem } | null {
  if (target && target.length > 0) return { type: target[0] };
  if (!data) return null;
  try {
    const { dtype, shape, classes } = bindColumns(data, params.columns, 'target');
    return { type: { dtype, shape: [BATCH, ...shape], ...(classes && { classes }) } };
  } catch (error) {
    return { problem: { ...toProblem(error), severity: 'error', field: 'columns' } };
  }
}

export function targetValue({
  inputs: { target },
  params,
  columns: bind,
}: Pick<LowerContext<LossFields>, 'inputs' | 'columns'> & { params: { columns: readonly string[] } }): Value {
  return target && target.length > 0 ? target[0] : bind(params.columns, 'target').value;
}

import { bindColumns, type Binding, type Encoding } from '../core/binding.ts';
import { toProblem } from '../core/errors.ts';
import { choice, columns, integers } from '../core/fields.ts';
import { BATCH } from '../core/shape.ts';
import { cast } from '../ops/cast.ts';
import { defineLayer, type PortType } from './layer.ts';
import { scaled, scalingWeights } from './scaling.ts';
import { f32, OUTPUT } from './shapes.ts';

export default defineLayer({
  type: 'input',
  title: 'Input',
  category: 'data',
  summary: 'Columns of the data set, as the model sees them.',
  doc:
    'Brings columns of the data set into the graph. Several numbers and categories become one row of features (a category ' +
    'becomes a 1 among zeros); an image column becomes *height × width × channels*.\n\n' +
    'Read as indices, a category is the number of its class, several columns of whole numbers are a sequence of tokens, as a text always ' +
    'is, for an Embedding, and an image of one channel is the class of each pixel.\n\n' +
    'Features are normalised here: $y = (x - \\mu) / \\sigma$, with $\\mu$ and $\\sigma$ measured on the training part when the data ' +
    'set was imported; a column may be scaled in other ways, or by its logarithm.',
  keywords: ['data', 'features', 'columns', 'source', 'tokens', 'indices'],
  fields: {
    columns: columns({
      label: 'Columns',
      help: 'Which columns; none chosen means all input columns.',
      default: [],
      role: 'input',
    }),
    encoding: choice<Encoding>({
      label: 'Read as',
      help: 'Real numbers to compute with, or whole numbers to be looked up by an Embedding.',
      default: 'features',
      options: [
        { value: 'features', label: 'features' },
        { value: 'indices', label: 'indices' },
      ],
    }),
    shape: integers({
      label: 'Shape without data',
      help: 'Shape of one example while no data set is attached.',
      default: [4],
      min: 1,
      advanced: true,
    }),
  },
  inputs: [],
  outputs: OUTPUT,
  infer({ params, data }) {
    const indices = params.encoding === 'indices';
    if (!data) return { outputs: { output: indices ? tokens(params.shape) : f32(...params.shape) } };
    try {
      const binding = bindColumns(data, params.columns, 'input', params.encoding);
      const { dtype, shape, classes, vocabulary } = binding;
      const known = { ...(classes && { classes }), ...(vocabulary && { vocabulary }) };
      return {
        outputs: { output: dtype === 'i32' ? { ...tokens(shape), ...known } : f32(...shapeOf(binding)) },
      };
    } catch (error) {
      const problem = { ...toProblem(error), severity: 'error', field: 'columns' } as const;
      if (problem.code !== 'DATA_NOT_INDICES') return { problems: [problem] };
      const repair = { kind: 'set', field: 'encoding', value: 'features' } as const;
      return { problems: [{ ...problem, repair }] };
    }
  },
  weights: ({ params, data }) =>
    scalingWeights(data && bindColumns(data, params.columns, 'input', params.encoding).affine),
  lower({ b, params, columns: bind, weight }) {
    const { value, affine } = bind(params.columns, 'input', params.encoding);
    if (value.type.dtype === 'i32') return { output: value };
    const real = cast(b, value, 'f32');
    return { output: affine ? scaled(b, real, weight, affine) : real };
  },
});

const tokens = (shape: readonly number[]): PortType => ({ dtype: 'i32', shape: [BATCH, ...shape] });

/** A lone class index is no feature: as an input a category is always one-hot, so only images have other shapes. */
function shapeOf({ shape }: Binding): readonly number[] {
  return shape.length === 0 ? [1] : shape;
}

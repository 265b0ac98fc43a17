import { bindColumns, type Binding } from '../core/binding.ts';
import { toProblem } from '../core/errors.ts';
import { columns, integers } from '../core/fields.ts';
import { cast } from '../ops/cast.ts';
import { fromArray } from '../ops/from-array.ts';
import { mul } from '../ops/mul.ts';
import { sub } from '../ops/sub.ts';
import { defineLayer } from './layer.ts';
import { f32, OUTPUT } from './shapes.ts';

export default defineLayer({
  type: 'input',
  title: 'Input',
  category: 'data',
  summary: 'Columns of the data set, as the model sees them.',
  doc:
    'Brings columns of the data set into the graph. Several numbers and categories become one row of features (a category ' +
    'becomes a 1 among zeros); an image column becomes *height × width × channels*.\n\n' +
    'Values are normalised here: $y = (x - \\mu) / \\sigma$, with $\\mu$ and $\\sigma$ measured on the training part when the data ' +
    'set was imported.',
  keywords: ['data', 'features', 'columns', 'source'],
  fields: {
    columns: columns({
      label: 'Columns',
      help: 'Which columns; none chosen means all input columns.',
      default: [],
      role: 'input',
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
    if (!data) return { outputs: { output: f32(...params.shape) } };
    try {
      const binding = bindColumns(data, params.columns, 'input');
      return { outputs: { output: f32(...shapeOf(binding)) } };
    } catch (error) {
      return { problems: [{ ...toProblem(error), severity: 'error', field: 'columns' }] };
    }
  },
  lower({ b, params, columns: bind }) {
    const { value, affine } = bind(params.columns, 'input');
    const real = cast(b, value, 'f32');
    if (!affine) return { output: real };
    const [offset, scale] = [affine.offset, affine.scale].map((values) => fromArray(b, values));
    return { output: mul(b, sub(b, real, offset), scale) };
  },
});

/** A lone class index is no feature: as an input a category is always one-hot, so only images have other shapes. */
function shapeOf({ shape }: Binding): readonly number[] {
  return shape.length === 0 ? [1] : shape;
}

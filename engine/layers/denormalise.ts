import { toProblem } from '../core/errors.ts';
import { columns } from '../core/fields.ts';
import { unitsOf } from '../core/units.ts';
import { add } from '../ops/add.ts';
import { mul } from '../ops/mul.ts';
import { defineLayer, type LayerProblem } from './layer.ts';
import { elementwise, INPUT, lastExtent, mismatch, OUTPUT } from './shapes.ts';

export default defineLayer({
  type: 'denormalise',
  title: 'Denormalise',
  category: 'normalisation',
  summary: 'Brings predictions to the units of the target.',
  doc:
    '$y = \\mu + \\sigma x$, with the mean $\\mu$ and the deviation $\\sigma$ of the target columns in the training part: what an Input ' +
    'does to its columns, undone.\n\n' +
    'Put it in front of the loss when targets are large numbers, such as prices: the layers before it then have to reach values around 0, ' +
    'as they begin with, and losses, metrics and predictions are still in the units of the target. Nothing in it is trained.',
  keywords: ['units', 'rescale', 'regression', 'forecast', 'inverse', 'target'],
  fields: {
    columns: columns({
      label: 'Columns',
      help: 'Whose units; none chosen means all target columns.',
      default: [],
      role: 'target',
    }),
  },
  inputs: INPUT,
  outputs: OUTPUT,
  infer(context) {
    const { inputs, params, data } = context;
    const result = elementwise(context);
    if ('problems' in result || !data) return result;
    const units = unitsFor(data, params.columns);
    if ('code' in units) return { problems: [units] };
    const [input] = inputs.input;
    const extent = units.offset.length;
    if (lastExtent(input) === extent) return result;
    const problem = mismatch('input', input, `${extent} values`, {
      message: 'The input has not one value for each of the target columns.',
      fix: `Make the layer before it ${extent} wide.`,
      repair: { kind: 'resize', extent },
    });
    return { problems: [problem] };
  },
  weights({ inputs, params, data }) {
    const extent = lastExtent(inputs.input[0]);
    const units = data && unitsFor(data, params.columns);
    const known = units && 'offset' in units ? units : { offset: [], scale: [] };
    return (['offset', 'scale'] as const).map((name) => {
      const values = Array.from({ length: extent }, (_, at) => known[name][at] ?? (name === 'scale' ? 1 : 0));
      return {
        name,
        shape: [extent],
        init: { kind: 'values', values },
        role: 'statistic',
        decay: false,
      } as const;
    });
  },
  lower: ({ b, inputs, weight }) => ({
    output: add(b, mul(b, inputs.input[0], weight('scale')), weight('offset')),
  }),
});

function unitsFor(...wanted: Parameters<typeof unitsOf>): ReturnType<typeof unitsOf> | LayerProblem {
  try {
    return unitsOf(...wanted);
  } catch (error) {
    return { ...toProblem(error), severity: 'error', field: 'columns' };
  }
}

import { integers } from '../core/fields.ts';
import { concat } from '../ops/concat.ts';
import { axisField, besidePositions, extentOf, requireAxis, resolveAxis, withExtent } from './axis.ts';
import { defineLayer } from './layer.ts';
import { section } from './sections.ts';
import { formatPort, INPUT, OUTPUT } from './shapes.ts';

export default defineLayer({
  type: 'gather',
  title: 'Gather',
  category: 'shape',
  summary: 'Picks elements of one axis, in any order.',
  doc:
    'The elements along an axis that the positions name, one after the other; a position may come twice.\n\n' +
    'For some of the columns or channels, or for another order of them.',
  keywords: ['pick', 'select', 'index', 'columns', 'reorder', 'take'],
  fields: {
    axis: axisField('Axis that is picked from'),
    positions: integers({
      label: 'Positions',
      help: 'Elements to pick, counted from 0.',
      default: [0],
      min: 0,
    }),
  },
  inputs: INPUT,
  outputs: OUTPUT,
  infer({ inputs, params: { axis, positions } }) {
    const [input] = inputs.input;
    const wrong = requireAxis(axis, input);
    if (wrong) return { problems: [wrong] };
    const extent = extentOf(input, axis);
    const inside = positions.filter((position) => position < extent);
    if (positions.length > 0 && inside.length === positions.length) {
      return { outputs: { output: withExtent(input, axis, positions.length) } };
    }
    return {
      problems: [
        {
          code: 'LAYER_POSITIONS',
          severity: 'error',
          field: 'positions',
          message: 'The positions are not all on the axis.',
          got: `${positions.join(', ') || 'none'} of ${formatPort(input)}`,
          expected: `numbers from 0 to ${extent - 1}`,
          fix: 'Name only positions that there are.',
          repair: { kind: 'set', field: 'positions', value: inside.length > 0 ? inside : [0] },
        },
      ],
    };
  },
  stepwise: besidePositions,
  lower({ b, inputs, params }) {
    const [input] = inputs.input;
    const axis = resolveAxis(params.axis, input.type);
    const parts = params.positions.map((position) => section(b, input, axis, position, 1));
    return { output: concat(b, parts, axis) };
  },
});

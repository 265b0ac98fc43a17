import { int } from '../core/fields.ts';
import { axisField, besidePositions, extentOf, requireAxis, resolveAxis, withExtent } from './axis.ts';
import { defineLayer } from './layer.ts';
import { section } from './sections.ts';
import { formatPort, INPUT, OUTPUT } from './shapes.ts';

/** First element that is taken, counted from the front. */
const resolveStart = (start: number, extent: number): number => (start < 0 ? extent + start : start);

export default defineLayer({
  type: 'slice',
  title: 'Slice',
  category: 'shape',
  summary: 'Takes a stretch out of one axis.',
  doc:
    'Keeps the elements *start*, *start* + 1, … along an axis, as many as the count says; all else stays.\n\n' +
    'With axis 1, start −1 and count 1: the last position of a sequence.',
  keywords: ['crop', 'part', 'range', 'narrow', 'last step', 'select'],
  fields: {
    axis: axisField('Axis that is cut'),
    start: int({ label: 'Start', help: 'First element, counted from 0; −1 is the last one.', default: 0 }),
    count: int({ label: 'Count', help: 'How many elements stay.', default: 1, min: 1 }),
  },
  inputs: INPUT,
  outputs: OUTPUT,
  infer({ inputs, params: { axis, start, count } }) {
    const [input] = inputs.input;
    const wrong = requireAxis(axis, input);
    if (wrong) return { problems: [wrong] };
    const extent = extentOf(input, axis);
    const first = resolveStart(start, extent);
    if (first >= 0 && first + count <= extent) {
      return { outputs: { output: withExtent(input, axis, count) } };
    }
    const begins = first >= 0 && first < extent;
    return {
      problems: [
        {
          code: 'LAYER_SLICE',
          severity: 'error',
          field: begins ? 'count' : 'start',
          message: 'The slice reaches beyond the end of its axis.',
          got: `${count} from ${start} on of ${formatPort(input)}`,
          expected: `elements 0 to ${extent - 1}`,
          fix: begins
            ? `Set the count to ${extent - first} or less.`
            : `Set the start to less than ${extent}.`,
          repair: begins
            ? { kind: 'set', field: 'count', value: extent - first }
            : { kind: 'set', field: 'start', value: 0 },
        },
      ],
    };
  },
  stepwise: besidePositions,
  lower({ b, inputs, params }) {
    const [input] = inputs.input;
    const axis = resolveAxis(params.axis, input.type);
    const start = resolveStart(params.start, input.type.shape[axis]);
    return { output: section(b, input, axis, start, params.count) };
  },
});

import { int } from '../core/fields.ts';
import { axisField, besidePositions, extentOf, requireAxis, resolveAxis, withExtent } from './axis.ts';
import { defineLayer } from './layer.ts';
import { section } from './sections.ts';
import { formatPort, INPUT } from './shapes.ts';

export default defineLayer({
  type: 'split',
  title: 'Split',
  category: 'shape',
  summary: 'Cuts a value in two along one axis.',
  doc:
    'The first elements of an axis leave at one port, the rest at the other; Concat puts them together again.\n\n' +
    'For several heads, such as mean and variance in a variational autoencoder.',
  keywords: ['divide', 'chunk', 'unstack', 'halves', 'heads'],
  fields: {
    axis: axisField('Axis that is cut'),
    count: int({ label: 'Count', help: 'How many elements the first part gets.', default: 1, min: 1 }),
  },
  inputs: INPUT,
  outputs: [
    { name: 'first', doc: 'As many elements as the count says.' },
    { name: 'rest', doc: 'The others.' },
  ],
  infer({ inputs, params: { axis, count } }) {
    const [input] = inputs.input;
    const wrong = requireAxis(axis, input);
    if (wrong) return { problems: [wrong] };
    const extent = extentOf(input, axis);
    if (count < extent) {
      return {
        outputs: { first: withExtent(input, axis, count), rest: withExtent(input, axis, extent - count) },
      };
    }
    const half = Math.floor(extent / 2);
    return {
      problems: [
        {
          code: 'LAYER_SPLIT',
          severity: 'error',
          field: 'count',
          message: 'Nothing would be left for the second part.',
          got: `${count} of ${formatPort(input)}`,
          expected: `less than ${extent}`,
          fix: half > 0 ? `Set the count to ${half} for two halves, or to less.` : 'Choose another axis.',
          ...(half > 0 && { repair: { kind: 'set', field: 'count', value: half } as const }),
        },
      ],
    };
  },
  stepwise: besidePositions,
  lower({ b, inputs, params: { axis: given, count } }) {
    const [input] = inputs.input;
    const axis = resolveAxis(given, input.type);
    const extent = input.type.shape[axis];
    return {
      first: section(b, input, axis, 0, count),
      rest: section(b, input, axis, count, extent - count),
    };
  },
});

import { boolean, text } from '../core/fields.ts';
import { defineLayer } from './layer.ts';
import { OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'group-input',
  title: 'Group input',
  category: 'group',
  summary: 'What arrives at the group around it.',
  doc:
    'An input of the group, under its name. It may stay unconnected where everything that it leads to inside may. In a repeated ' +
    'group, the outputs of a round are the first inputs of the next one, in their order.',
  keywords: ['port', 'parameter'],
  fields: {
    name: text({ label: 'Name', help: 'What the input is called on the outside.', default: 'input' }),
    required: boolean({
      label: 'Required',
      help: 'Must be connected, even where all that it leads to may do without.',
      default: false,
      advanced: true,
    }),
  },
  inputs: [{ name: 'input', doc: 'What arrives at the group.', optional: true, outside: true }],
  outputs: OUTPUT,
  infer: ({ inputs: { input } }) => ({ outputs: passed(input) }),
  lower: ({ inputs: { input } }) => passed(input),
  stepwise: eachPosition,
  group: 'input',
});

const passed = <T>([value]: readonly T[]): Readonly<Record<string, T>> =>
  value === undefined ? {} : { output: value };

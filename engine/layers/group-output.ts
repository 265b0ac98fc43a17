import { text } from '../core/fields.ts';
import { defineLayer } from './layer.ts';
import { INPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'group-output',
  title: 'Group output',
  category: 'group',
  summary: 'What leaves the group around it.',
  doc: 'An output of the group, under its name.',
  keywords: ['port', 'result', 'return'],
  fields: {
    name: text({ label: 'Name', help: 'What the output is called on the outside.', default: 'output' }),
  },
  inputs: INPUT,
  outputs: [{ name: 'output', doc: 'What leaves the group.', outside: true }],
  infer: ({ inputs: { input } }) => ({ outputs: { output: input[0] } }),
  lower: ({ inputs: { input } }) => ({ output: input[0] }),
  stepwise: eachPosition,
  group: 'output',
});

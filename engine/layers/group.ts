import { int, text } from '../core/fields.ts';
import { defineLayer } from './layer.ts';

export default defineLayer({
  type: 'group',
  title: 'Group',
  category: 'group',
  summary: 'A block of layers that stands in one place, once or several times in a row.',
  doc:
    'Stands for the layers of its definition. Every placed group has weights of its own, unless it shares those of another one.\n\n' +
    'Repeated, its rounds follow one another: each output of a round is the input of the same place of the next one, and further ' +
    'inputs (a mask, the memory of an encoder) go to every round as they are. Every round has weights of its own.',
  keywords: ['block', 'module', 'repeat', 'stack', 'subgraph'],
  fields: {
    group: text({
      label: 'Definition',
      help: 'Id of the definition whose layers it stands for.',
      default: '',
      advanced: true,
    }),
    repeat: int({
      label: 'Repeat',
      help: 'How many rounds follow one another.',
      default: 1,
      min: 1,
      max: 1000,
    }),
  },
  inputs: [],
  outputs: [],
  infer: () => ({ outputs: {} }),
  lower: () => ({}),
  group: 'placed',
});

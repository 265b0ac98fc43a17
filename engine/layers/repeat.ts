import { int } from '../core/fields.ts';
import { repeat } from '../ops/broadcast.ts';
import { reshape } from '../ops/reshape.ts';
import { defineLayer } from './layer.ts';
import { INPUT, OUTPUT, rearranged } from './shapes.ts';

export default defineLayer({
  type: 'repeat',
  title: 'Repeat',
  category: 'shape',
  summary: 'Makes a sequence of the same value again and again.',
  doc:
    '*batch × …* becomes *batch × count × …*: a new axis behind the batch, at all whose positions stands the same.\n\n' +
    'Between an encoder that sums a sequence up and a decoder that writes one (Sutskever et al., NeurIPS 2014).',
  keywords: ['repeat vector', 'tile', 'broadcast', 'copy', 'sequence'],
  fields: {
    count: int({ label: 'Count', help: 'How many positions come out.', default: 2, min: 1, max: 65_536 }),
  },
  inputs: INPUT,
  outputs: OUTPUT,
  infer({ inputs, params: { count } }) {
    const [input] = inputs.input;
    return { outputs: { output: rearranged([input], input.shape.toSpliced(1, 0, count)) } };
  },
  lower({ b, inputs, params: { count } }) {
    const [x] = inputs.input;
    return { output: repeat(b, reshape(b, x, x.type.shape.toSpliced(1, 0, 1)), 1, count) };
  },
});

import { concat } from '../ops/concat.ts';
import { axisField, besidePositions, extentOf, requireAxis, resolveAxis } from './axis.ts';
import { defineLayer, type PortType } from './layer.ts';
import { formatPort, mismatch, OUTPUT, rearranged } from './shapes.ts';

export default defineLayer({
  type: 'concat',
  title: 'Concat',
  category: 'merge',
  summary: 'Joins values along one axis.',
  doc: 'Puts its inputs one behind the other along an axis; all other extents must be equal.\n\nFor skip connections and several inputs.',
  keywords: ['concatenate', 'join', 'merge', 'stack'],
  fields: { axis: axisField('Axis to join along') },
  inputs: [{ name: 'inputs', doc: 'Two or more values.', variadic: true }],
  outputs: OUTPUT,
  infer({ inputs: { inputs }, params }) {
    const [first] = inputs;
    const wrong = requireAxis(params.axis, first);
    if (wrong) return { problems: [wrong] };
    const axis = resolveAxis(params.axis, first);
    const fits = (other: PortType) =>
      other.dtype === first.dtype &&
      other.shape.length === first.shape.length &&
      other.shape.every((extent, at) => at === axis || extent === first.shape[at]);
    const misfit = inputs.find((other) => !fits(other));
    if (misfit) {
      const expected = formatPort({
        ...first,
        shape: first.shape.map((extent, at) => (at === axis ? 'any' : extent)),
      });
      return {
        problems: [
          mismatch('inputs', misfit, expected, {
            message: 'These values cannot be joined: their other extents differ.',
            fix: 'Bring them to equal sizes first, for example with a Flatten or another stride.',
          }),
        ],
      };
    }
    const total = inputs.reduce((sum, type) => sum + extentOf(type, axis), 0);
    return { outputs: { output: rearranged([first, ...inputs], first.shape.with(axis, total)) } };
  },
  stepwise: besidePositions,
  lower: ({ b, inputs: { inputs }, params }) => ({
    output: concat(b, inputs, resolveAxis(params.axis, inputs[0].type)),
  }),
});

import { int } from '../core/fields.ts';
import { concat } from '../ops/concat.ts';
import { defineLayer, type PortType } from './layer.ts';
import { features, formatPort, mismatch, OUTPUT } from './shapes.ts';

/** Counted from the front, the batch being axis 0. */
const resolve = (axis: number, rank: number): number => (axis < 0 ? rank + axis : axis);

export default defineLayer({
  type: 'concat',
  title: 'Concat',
  category: 'merge',
  summary: 'Joins values along one axis.',
  doc: 'Puts its inputs one behind the other along an axis; all other extents must be equal.\n\nFor skip connections and several inputs.',
  keywords: ['concatenate', 'join', 'merge', 'stack'],
  fields: {
    axis: int({
      label: 'Axis',
      help: 'Axis to join along; −1 is the last one (features, channels).',
      default: -1,
      min: -8,
      max: 8,
    }),
  },
  inputs: [{ name: 'inputs', doc: 'Two or more values.', variadic: true }],
  outputs: OUTPUT,
  infer({ inputs: { inputs }, params }) {
    const [first] = inputs;
    const axis = resolve(params.axis, first.shape.length);
    if (axis < 1 || axis >= first.shape.length) {
      return {
        problems: [
          {
            code: 'LAYER_AXIS',
            severity: 'error',
            field: 'axis',
            message: 'There is no such axis to join along.',
            got: `axis ${params.axis} of ${formatPort(first)}`,
            expected: `1 to ${first.shape.length - 1}, or −1`,
            fix: 'Set the axis to −1 for the last one.',
            repair: { kind: 'set', field: 'axis', value: -1 },
          },
        ],
      };
    }
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
    const total = inputs.reduce((sum, type) => sum + features(type)[axis - 1], 0);
    const shape = first.shape.map((extent, at) => (at === axis ? total : extent));
    return { outputs: { output: { dtype: first.dtype, shape } } };
  },
  lower: ({ b, inputs: { inputs }, params }) => ({
    output: concat(b, inputs, resolve(params.axis, inputs[0].type.shape.length)),
  }),
});

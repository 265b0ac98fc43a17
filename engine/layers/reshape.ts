import { integers } from '../core/fields.ts';
import { formatShape, size } from '../core/shape.ts';
import { reshape } from '../ops/reshape.ts';
import { defineLayer } from './layer.ts';
import { features, formatPort, INPUT, OUTPUT, rearranged } from './shapes.ts';

/** The target shape with its one open extent (−1) filled in, or null where it cannot hold `count` values. */
function resolve(shape: readonly number[], count: number): readonly number[] | null {
  const known = size(shape.filter((extent) => extent !== -1));
  const open = shape.filter((extent) => extent === -1).length;
  if (open > 1 || shape.some((extent) => extent < 1 && extent !== -1)) return null;
  if (open === 0) return known === count ? shape : null;
  return count % known === 0 ? shape.map((extent) => (extent === -1 ? count / known : extent)) : null;
}

export default defineLayer({
  type: 'reshape',
  title: 'Reshape',
  category: 'shape',
  summary: 'The same values under another shape.',
  doc: 'Gives each example another shape with as many values, in row-major order. One extent may be −1: it takes what is left.',
  keywords: ['view', 'unflatten', 'resize'],
  fields: {
    shape: integers({
      label: 'Shape',
      help: 'Shape of one example, without the batch. One extent may be −1.',
      default: [-1],
      min: -1,
    }),
  },
  inputs: INPUT,
  outputs: OUTPUT,
  infer({ inputs, params }) {
    const [input] = inputs.input;
    const count = size(features(input));
    const shape = resolve(params.shape, count);
    if (shape) return { outputs: { output: rearranged([input], [input.shape[0], ...shape]) } };
    return {
      problems: [
        {
          code: 'LAYER_RESHAPE',
          severity: 'error',
          port: 'input',
          field: 'shape',
          message: 'The new shape does not hold as many values as the input.',
          got: `${formatPort(input)}, ${count} values, to ${formatShape(params.shape)}`,
          expected: `a shape of ${count} values`,
          fix: 'Change the shape, or set one extent to −1.',
        },
      ],
    };
  },
  lower({ b, inputs, params }) {
    const [input] = inputs.input;
    const [batch, ...rest] = input.type.shape;
    return { output: reshape(b, input, [batch, ...(resolve(params.shape, size(rest)) ?? rest)]) };
  },
});

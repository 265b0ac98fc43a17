import { int } from '../core/fields.ts';
import { size } from '../core/shape.ts';
import { add } from '../ops/add.ts';
import { mul } from '../ops/mul.ts';
import { reshape } from '../ops/reshape.ts';
import { defineLayer } from './layer.ts';
import { epsilonField, normOffset, normScale, standardise } from './norm.ts';
import { elementwise, formatPort, INPUT, lastExtent, OUTPUT } from './shapes.ts';

export default defineLayer({
  type: 'group-norm',
  title: 'GroupNorm',
  category: 'normalisation',
  summary: 'Brings groups of channels of each example to mean 0 and deviation 1.',
  doc:
    '$y = \\gamma (x - \\mu) / \\sqrt{\\sigma^2 + \\epsilon} + \\beta$ with $\\mu$ and $\\sigma^2$ over all positions and the channels of ' +
    'a group; $\\gamma$ and $\\beta$ per channel.\n\n' +
    'Instead of BatchNorm where batches are small, as in detection and segmentation. Wu & He, ECCV 2018.',
  keywords: ['normalization', 'gn', 'group normalisation', 'small batch'],
  fields: {
    groups: int({
      label: 'Groups',
      help: 'How many groups the channels are divided into.',
      default: 8,
      min: 1,
      max: 8192,
    }),
    epsilon: epsilonField,
  },
  inputs: INPUT,
  outputs: OUTPUT,
  infer({ inputs, params: { groups } }) {
    const [input] = inputs.input;
    const channels = lastExtent(input);
    if (channels % groups === 0) return elementwise({ inputs });
    let divisor = Math.min(groups, channels);
    while (channels % divisor !== 0) divisor--;
    return {
      problems: [
        {
          code: 'LAYER_GROUPS',
          severity: 'error',
          field: 'groups',
          message: 'The channels cannot be divided into equal groups.',
          got: `${groups} groups of ${formatPort(input)}`,
          expected: `a divisor of ${channels}`,
          fix: `Set the groups to ${divisor}, or change the channels.`,
          repair: { kind: 'set', field: 'groups', value: divisor },
        },
      ],
    };
  },
  weights({ inputs }) {
    const extent = lastExtent(inputs.input[0]);
    return [normScale(extent), normOffset(extent)];
  },
  lower({ b, inputs, params: { groups, epsilon }, weight }) {
    const [x] = inputs.input;
    const { shape } = x.type;
    const channels = shape[shape.length - 1];
    const grouped = reshape(b, x, [shape[0], size(shape.slice(1, -1)), groups, channels / groups]);
    const normalised = reshape(b, standardise(b, grouped, [1, 3], epsilon), shape);
    return { output: add(b, mul(b, normalised, weight('scale')), weight('offset')) };
  },
});

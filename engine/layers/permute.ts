import { integers } from '../core/fields.ts';
import { transpose } from '../ops/transpose.ts';
import { defineLayer } from './layer.ts';
import { formatPort, INPUT, OUTPUT, rearranged } from './shapes.ts';

export default defineLayer({
  type: 'permute',
  title: 'Permute',
  category: 'shape',
  summary: 'Puts the axes in another order.',
  doc:
    'Axis $i$ of an example becomes what the $i$th number names, counted from 1 without the batch: with 2, 1 *batch × length × ' +
    'channels* becomes *batch × channels × length*.\n\nReshape keeps the order of the values, Permute changes it.',
  keywords: ['transpose', 'swap axes', 'channels first', 'channels last'],
  fields: {
    order: integers({
      label: 'Order',
      help: 'Old number of each axis, counted from 1 without the batch.',
      default: [2, 1],
      min: 1,
    }),
  },
  inputs: INPUT,
  outputs: OUTPUT,
  infer({ inputs, params: { order } }) {
    const [input] = inputs.input;
    const axes = input.shape.slice(1).map((_, axis) => axis + 1);
    if (order.length === axes.length && axes.every((axis) => order.includes(axis))) {
      const shape = [0, ...order].map((axis) => input.shape[axis]);
      return { outputs: { output: rearranged([input], shape) } };
    }
    const lastFirst = [...axes.slice(-1), ...axes.slice(0, -1)];
    return {
      problems: [
        {
          code: 'LAYER_PERMUTATION',
          severity: 'error',
          field: 'order',
          message: 'The order does not name each axis of the input once.',
          got: `${order.join(', ')} for ${formatPort(input)}`,
          expected: `the numbers ${axes.join(', ')} in some order`,
          fix: `Set the order to ${lastFirst.join(', ')}, or to another of these numbers.`,
          repair: { kind: 'set', field: 'order', value: lastFirst },
        },
      ],
    };
  },
  lower: ({ b, inputs, params }) => ({ output: transpose(b, inputs.input[0], [0, ...params.order]) }),
});

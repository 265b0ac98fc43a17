import { boolean, int } from '../core/fields.ts';
import { BATCH } from '../core/shape.ts';
import { add } from '../ops/add.ts';
import { matmul } from '../ops/matmul.ts';
import { reshape } from '../ops/reshape.ts';
import { initialiser, initialiserField } from './initialisers.ts';
import { defineLayer } from './layer.ts';
import { INPUT, lastExtent, OUTPUT, requireReal } from './shapes.ts';

export default defineLayer({
  type: 'dense',
  title: 'Dense',
  category: 'dense',
  summary: 'Every output is a weighted sum of all inputs.',
  doc:
    '$y = x W + b$ on the last axis: *batch × … × features* becomes *batch × … × units*.\n\n' +
    'The basic layer of most networks; put an activation between two of them. Also called fully connected or linear.',
  keywords: ['linear', 'fully connected', 'fc', 'mlp', 'affine'],
  fields: {
    units: int({ label: 'Units', help: 'How many values come out.', default: 64, min: 1, max: 65_536 }),
    bias: boolean({
      label: 'Bias',
      help: 'Adds a trained offset to every unit.',
      default: true,
      advanced: true,
    }),
    initialiser: initialiserField('glorot-uniform'),
  },
  inputs: INPUT,
  outputs: OUTPUT,
  width: 'units',
  infer({
    inputs: {
      input: [input],
    },
    params,
  }) {
    const problem = requireReal('input', input);
    if (problem) return { problems: [problem] };
    const kept = input.shape.length > 1 ? input.shape.slice(0, -1) : [BATCH];
    return { outputs: { output: { dtype: 'f32', shape: [...kept, params.units] } } };
  },
  weights({
    inputs: {
      input: [input],
    },
    params: { units, bias, initialiser: name },
  }) {
    const fan = { in: lastExtent(input), out: units };
    const kernel = {
      name: 'kernel',
      shape: [fan.in, units],
      init: initialiser(name, fan),
      role: 'parameter',
      decay: true,
    } as const;
    const offset = {
      name: 'bias',
      shape: [units],
      init: { kind: 'zeros' },
      role: 'parameter',
      decay: false,
    } as const;
    return bias ? [kernel, offset] : [kernel];
  },
  lower({
    b,
    inputs: {
      input: [input],
    },
    params,
    weight,
  }) {
    const kernel = weight('kernel');
    const [width, units] = kernel.type.shape;
    const { shape } = input.type;
    const rows = shape.slice(0, -1).reduce((product, extent) => product * extent, 1);
    const product = matmul(b, reshape(b, input, [rows, width]), kernel);
    const output = params.bias ? add(b, product, weight('bias')) : product;
    return { output: reshape(b, output, [...shape.slice(0, -1), units]) };
  },
});

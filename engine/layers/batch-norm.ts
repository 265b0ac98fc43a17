import { number } from '../core/fields.ts';
import { size } from '../core/shape.ts';
import { add } from '../ops/add.ts';
import { mean } from '../ops/mean.ts';
import { mul } from '../ops/mul.ts';
import { rsqrt } from '../ops/rsqrt.ts';
import { sub } from '../ops/sub.ts';
import { defineLayer } from './layer.ts';
import { epsilonField, normOffset, normScale } from './norm.ts';
import { elementwise, INPUT, lastExtent, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'batch-norm',
  title: 'BatchNorm',
  category: 'normalisation',
  summary: 'Keeps each channel at mean 0 and deviation 1.',
  doc:
    '$y = \\gamma (x - \\mu) / \\sqrt{\\sigma^2 + \\epsilon} + \\beta$ per channel (last axis). While training, $\\mu$ and $\\sigma^2$ are those ' +
    'of the batch, and running means of them are kept; afterwards the running means are used.\n\n' +
    'Lets deep networks train faster. Ioffe & Szegedy, ICML 2015.',
  keywords: ['normalization', 'bn', 'batch normalisation'],
  fields: {
    momentum: number({
      label: 'Momentum',
      help: 'Share of the old running mean that is kept at each step.',
      default: 0.9,
      min: 0,
      max: 1,
      exclusiveMax: true,
      advanced: true,
    }),
    epsilon: epsilonField,
  },
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  weights({ inputs }) {
    const extent = lastExtent(inputs.input[0]);
    return [
      normScale(extent),
      normOffset(extent),
      { ...normOffset(extent), name: 'running-mean', role: 'statistic' },
      { ...normScale(extent), name: 'running-variance', role: 'statistic' },
    ];
  },
  lower({ b, inputs, params: { momentum, epsilon }, training, weight, update }) {
    const [x] = inputs.input;
    const axes = x.type.shape.slice(0, -1).map((_, axis) => axis);
    const centre = training ? mean(b, x, axes) : weight('running-mean');
    const centred = sub(b, x, centre);
    const variance = training ? mean(b, mul(b, centred, centred), axes) : weight('running-variance');
    if (training) {
      const count = size(x.type.shape.slice(0, -1));
      // The running variance is the unbiased one, as in PyTorch.
      const unbiased = mul(b, variance, count / Math.max(1, count - 1));
      const moved = (name: string, value: typeof x) =>
        add(b, mul(b, weight(name), momentum), mul(b, value, 1 - momentum));
      update('running-mean', moved('running-mean', centre));
      update('running-variance', moved('running-variance', unbiased));
    }
    const normalised = mul(b, centred, rsqrt(b, add(b, variance, epsilon)));
    return { output: add(b, mul(b, normalised, weight('scale')), weight('offset')) };
  },
});

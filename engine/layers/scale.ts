import { boolean, number } from '../core/fields.ts';
import { add } from '../ops/add.ts';
import { mul } from '../ops/mul.ts';
import { defineLayer } from './layer.ts';
import { normOffset, normScale } from './norm.ts';
import { elementwise, INPUT, lastExtent, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'scale',
  title: 'Scale',
  category: 'normalisation',
  summary: 'Multiplies each channel by a factor it learns.',
  doc:
    '$y_c = \\gamma_c x_c$, or $\\gamma_c x_c + \\beta_c$, with a factor per channel (last axis).\n\n' +
    'With a small start value at the end of a residual branch, it lets deep transformers train: LayerScale, Touvron et al., ICCV 2021.',
  keywords: ['layerscale', 'gain', 'factor', 'affine', 'learned'],
  fields: {
    start: number({ label: 'Start', help: 'Factor before training.', default: 1 }),
    offset: boolean({
      label: 'Offset',
      help: 'Adds a trained number to each channel, too.',
      default: false,
    }),
  },
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  weights({ inputs, params: { start, offset } }) {
    const extent = lastExtent(inputs.input[0]);
    const scale = { ...normScale(extent), init: { kind: 'constant', value: start } } as const;
    return offset ? [scale, normOffset(extent)] : [scale];
  },
  lower({ b, inputs, params, weight }) {
    const scaled = mul(b, inputs.input[0], weight('scale'));
    return { output: params.offset ? add(b, scaled, weight('offset')) : scaled };
  },
});

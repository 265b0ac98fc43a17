import { add } from '../ops/add.ts';
import { conv2d } from '../ops/conv2d.ts';
import { filtersField } from './convolution.ts';
import { depthwise, depthwiseFields, depthwiseWeights, inferDepthwise } from './depthwise.ts';
import { kernelAndBias } from './initialisers.ts';
import { defineLayer } from './layer.ts';
import { IMAGES, lastExtent, OUTPUT } from './shapes.ts';

export default defineLayer({
  type: 'separable-conv2d',
  title: 'SeparableConv2D',
  category: 'convolution',
  summary: 'Filters each channel by itself, then mixes the channels.',
  doc:
    '$y_{i,j,f} = b_f + \\sum_c P_{c,f} \\sum_{r,s} x_{i·S+r·D,\\; j·S+s·D,\\; c} \\, W_{r,s,c}$ with stride $S$ and dilation $D$: ' +
    '*batch × height × width × channels* becomes *batch × height′ × width′ × filters*.\n\n' +
    'Nearly as good as Conv2D with several times fewer weights and operations. Chollet, “Xception”, CVPR 2017.',
  keywords: ['convolution', 'depthwise', 'pointwise', 'xception', 'mobilenet', 'efficient'],
  fields: { filters: filtersField, ...depthwiseFields },
  inputs: IMAGES,
  outputs: OUTPUT,
  width: 'filters',
  infer({ inputs, params }) {
    const filtered = inferDepthwise(inputs.input[0], params);
    if ('code' in filtered) return { problems: [filtered] };
    return { outputs: { output: { dtype: 'f32', shape: filtered.shape.with(-1, params.filters) } } };
  },
  weights({ inputs: { input }, params }) {
    const [kernel] = depthwiseWeights(input[0], params);
    const fan = { in: lastExtent(input[0]) * params.multiplier, out: params.filters };
    return [{ ...kernel, name: 'depthwise-kernel' }, ...kernelAndBias([1, 1, fan.in, fan.out], fan, params)];
  },
  lower({ b, inputs, params, weight }) {
    const filtered = depthwise(b, inputs.input[0], weight('depthwise-kernel'), params);
    const output = conv2d(b, filtered, weight('kernel'), {
      stride: [1, 1],
      dilation: [1, 1],
      padding: [0, 0, 0, 0],
    });
    return { output: params.bias ? add(b, output, weight('bias')) : output };
  },
});

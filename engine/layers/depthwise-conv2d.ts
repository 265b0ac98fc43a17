import { add } from '../ops/add.ts';
import { depthwise, depthwiseFields, depthwiseWeights, inferDepthwise } from './depthwise.ts';
import { defineLayer } from './layer.ts';
import { IMAGES, OUTPUT } from './shapes.ts';

export default defineLayer({
  type: 'depthwise-conv2d',
  title: 'DepthwiseConv2D',
  category: 'convolution',
  summary: 'Filters each channel of an image by itself.',
  doc:
    '$y_{i,j,c} = b_c + \\sum_{r,s} x_{i·S+r·D,\\; j·S+s·D,\\; c} \\, W_{r,s,c}$ with stride $S$ and dilation $D$: ' +
    '*batch × height × width × channels* becomes *batch × height′ × width′ × (channels · multiplier)*.\n\n' +
    'A convolution that does not mix channels: far fewer weights and operations. Followed by a Conv2D with a 1 × 1 window in ' +
    'MobileNet (Howard et al., arXiv 1704.04861, 2017).',
  keywords: ['convolution', 'channelwise', 'grouped', 'groups', 'mobilenet', 'efficient'],
  fields: depthwiseFields,
  inputs: IMAGES,
  outputs: OUTPUT,
  infer({ inputs, params }) {
    const output = inferDepthwise(inputs.input[0], params);
    return 'code' in output ? { problems: [output] } : { outputs: { output } };
  },
  weights: ({ inputs, params }) => depthwiseWeights(inputs.input[0], params),
  lower({ b, inputs, params, weight }) {
    const output = depthwise(b, inputs.input[0], weight('kernel'), params);
    return { output: params.bias ? add(b, output, weight('bias')) : output };
  },
});

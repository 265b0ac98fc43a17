import { int } from '../../core/fields.ts';
import { blockGraph, defineBlock, line, port, type BlockLayer } from '../block.ts';

export default defineBlock({
  type: 'inverted-residual',
  title: 'Inverted residual block',
  summary: 'Widens, filters each channel by itself and narrows again, with a way around it.',
  doc:
    'A 1 × 1 convolution to more channels, a depthwise one, and a 1 × 1 convolution back, with norms and ReLU6: the block of MobileNetV2, ' +
    'with few weights and operations. Sandler et al., CVPR 2018.',
  keywords: ['mobilenet', 'bottleneck', 'mbconv', 'depthwise', 'efficient'],
  fields: {
    channels: int({
      label: 'Channels',
      help: 'Channels of what goes in and comes out.',
      default: 32,
      min: 1,
    }),
    expansion: int({
      label: 'Expansion',
      help: 'How many times as many there are inside.',
      default: 6,
      min: 1,
    }),
  },
  build({ channels, expansion }) {
    const mix = (filters: number): BlockLayer => ['conv2d', { filters, size: [1, 1], bias: false }];
    return blockGraph(
      {
        input: port('input', 'input'),
        widen: mix(channels * expansion),
        'widen-norm': 'batch-norm',
        'widen-relu': 'relu6',
        depthwise: ['depthwise-conv2d', { padding: 'same', bias: false }],
        'depthwise-norm': 'batch-norm',
        'depthwise-relu': 'relu6',
        narrow: mix(channels),
        'narrow-norm': 'batch-norm',
        sum: 'add',
        output: port('output', 'output'),
      },
      [
        ...line('input', 'widen', 'widen-norm', 'widen-relu', 'depthwise', 'depthwise-norm'),
        ...line('depthwise-norm', 'depthwise-relu', 'narrow', 'narrow-norm'),
        'input → sum.inputs',
        'narrow-norm → sum.inputs',
        'sum → output',
      ],
    );
  },
});

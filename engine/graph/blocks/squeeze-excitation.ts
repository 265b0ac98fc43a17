import { int } from '../../core/fields.ts';
import { blockGraph, defineBlock, line, port } from '../block.ts';

export default defineBlock({
  type: 'squeeze-excitation',
  title: 'Squeeze-and-excitation block',
  summary: 'Lets an image as a whole decide how much each of its channels counts.',
  doc:
    'The mean of each channel goes through two small dense layers, with a ReLU between them and a sigmoid behind; what comes out, ' +
    'a number from 0 to 1 for each channel, multiplies the channel. Place it behind the convolutions of a block, before the way around them ' +
    'joins. Hu et al., CVPR 2018.',
  keywords: ['se', 'senet', 'channel attention', 'gate', 'efficientnet', 'mobilenet'],
  fields: {
    channels: int({
      label: 'Channels',
      help: 'Channels of what goes in and comes out.',
      default: 32,
      min: 1,
    }),
    reduction: int({
      label: 'Reduction',
      help: 'How many times fewer units there are between the dense layers.',
      default: 16,
      min: 1,
    }),
  },
  build({ channels, reduction }) {
    return blockGraph(
      {
        input: port('input', 'input'),
        squeeze: 'global-avg-pool2d',
        narrow: ['dense', { units: Math.ceil(channels / reduction) }],
        relu: 'relu',
        widen: ['dense', { units: channels }],
        gate: 'sigmoid',
        spread: ['reshape', { shape: [1, 1, channels] }],
        scaled: 'multiply',
        output: port('output', 'output'),
      },
      [
        ...line('input', 'squeeze', 'narrow', 'relu', 'widen', 'gate', 'spread'),
        'input → scaled.inputs',
        'spread → scaled.inputs',
        'scaled → output',
      ],
    );
  },
});

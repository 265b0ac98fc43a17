import { int } from '../../core/fields.ts';
import { blockGraph, defineBlock, line, port, type BlockLayer } from '../block.ts';

export default defineBlock({
  type: 'residual-conv',
  title: 'Residual conv block',
  summary: 'Two convolutions with a way around them.',
  doc:
    'Convolution, norm, ReLU, convolution, norm, plus what came in, and a ReLU: the basic block of ResNet-18 and 34. With a stride, ' +
    'or where the channels change, a 1 × 1 convolution brings what came in to the same shape. He et al., CVPR 2016.',
  keywords: ['resnet', 'skip', 'shortcut', 'cnn'],
  fields: {
    channels: int({ label: 'Channels', help: 'Channels of what goes in.', default: 32, min: 1 }),
    filters: int({ label: 'Filters', help: 'Channels of what comes out.', default: 32, min: 1 }),
    stride: int({ label: 'Stride', help: '2 halves height and width.', default: 1, min: 1 }),
  },
  build({ channels, filters, stride }) {
    const conv = (size: number, step: number): BlockLayer => [
      'conv2d',
      { filters, size: [size, size], stride: [step, step], padding: 'same', bias: false },
    ];
    const projected = stride > 1 || channels !== filters;
    return blockGraph(
      {
        input: port('input', 'input'),
        'conv-1': conv(3, stride),
        'norm-1': 'batch-norm',
        'relu-1': 'relu',
        'conv-2': conv(3, 1),
        'norm-2': 'batch-norm',
        ...(projected && { shortcut: conv(1, stride), 'shortcut-norm': 'batch-norm' }),
        sum: 'add',
        'relu-2': 'relu',
        output: port('output', 'output'),
      },
      [
        ...line('input', 'conv-1', 'norm-1', 'relu-1', 'conv-2', 'norm-2'),
        ...(projected ? line('input', 'shortcut', 'shortcut-norm') : []),
        `${projected ? 'shortcut-norm' : 'input'} → sum.inputs`,
        'norm-2 → sum.inputs',
        ...line('sum', 'relu-2', 'output'),
      ],
    );
  },
});

import { blockGraph, defineBlock, line, port } from '../block.ts';
import { doubleConv, levelFields } from './u-net-levels.ts';

export default defineBlock({
  type: 'u-net-down',
  title: 'U-Net down',
  summary: 'A level of a U-Net on its way down: two convolutions, then half the height and width.',
  doc: 'The output goes to the level below, `skip` to the level on the way up. Ronneberger et al., MICCAI 2015.',
  keywords: ['unet', 'segmentation', 'encoder', 'contracting'],
  fields: levelFields,
  build: ({ filters }) =>
    blockGraph(
      {
        input: port('input', 'input'),
        ...doubleConv(filters),
        pool: 'max-pool2d',
        output: port('output', 'output'),
        skip: port('output', 'skip'),
      },
      [...line('input', 'conv-1', 'relu-1', 'conv-2', 'relu-2', 'pool', 'output'), 'relu-2 → skip'],
    ),
});

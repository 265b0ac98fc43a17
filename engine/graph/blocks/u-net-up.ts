import { blockGraph, defineBlock, line, port } from '../block.ts';
import { doubleConv, levelFields } from './u-net-levels.ts';

export default defineBlock({
  type: 'u-net-up',
  title: 'U-Net up',
  summary: 'A level of a U-Net on its way up: twice the height and width, joined with the level down.',
  doc: 'The input comes from the level below, `skip` from the level on the way down. Ronneberger et al., MICCAI 2015.',
  keywords: ['unet', 'segmentation', 'decoder', 'expanding', 'upsample'],
  fields: levelFields,
  build: ({ filters }) =>
    blockGraph(
      {
        input: port('input', 'input'),
        skip: port('input', 'skip'),
        upsample: 'upsample2d',
        joined: 'concat',
        ...doubleConv(filters),
        output: port('output', 'output'),
      },
      [
        'input → upsample',
        'upsample → joined.inputs',
        'skip → joined.inputs',
        ...line('joined', 'conv-1', 'relu-1', 'conv-2', 'relu-2', 'output'),
      ],
    ),
});

import { number } from '../core/fields.ts';
import { and } from '../ops/and.ts';
import { reshape } from '../ops/reshape.ts';
import { select } from '../ops/select.ts';
import { defineLayer } from './layer.ts';
import { hiddenStretch } from './hiding.ts';
import { IMAGES, OUTPUT, sameImage } from './shapes.ts';

export default defineLayer({
  type: 'random-erasing',
  title: 'RandomErasing',
  category: 'augmentation',
  summary: 'Hides a rectangle of each image while training.',
  doc:
    'A rectangle at a random place of each image becomes 0, the mean of normalised images. Each of its sides is drawn evenly up to the given ' +
    'part of the image. When the model is evaluated or used it does nothing.\n\n' +
    'Teaches a model to look at more than one part. Also called Cutout: DeVries & Taylor, arXiv 1708.04552, 2017.',
  keywords: ['cutout', 'coarse dropout', 'occlusion', 'data augmentation'],
  fields: {
    size: number({
      label: 'Size',
      help: 'Longest side, as a part of the image’s.',
      default: 0.5,
      min: 0,
      max: 1,
    }),
  },
  inputs: IMAGES,
  outputs: OUTPUT,
  infer: sameImage,
  lower({ b, inputs, params: { size }, training, random }) {
    const [input] = inputs.input;
    if (!training || size === 0) return { output: input };
    const [batch, height, width] = input.type.shape;
    const rows = reshape(b, hiddenStretch(b, random, batch, height, size), [batch, height, 1, 1]);
    const columns = reshape(b, hiddenStretch(b, random, batch, width, size), [batch, 1, width, 1]);
    return { output: select(b, and(b, rows, columns), 0, input) };
  },
});

import { number } from '../core/fields.ts';
import { less } from '../ops/less.ts';
import { select } from '../ops/select.ts';
import { sub } from '../ops/sub.ts';
import { defineLayer } from './layer.ts';
import { pick, pixels } from './moving.ts';
import { IMAGES, OUTPUT, sameImage } from './shapes.ts';

const chanceField = (label: string, help: string, standard: number) =>
  number({ label, help, default: standard, min: 0, max: 1 });

export default defineLayer({
  type: 'random-flip',
  title: 'RandomFlip',
  category: 'augmentation',
  summary: 'Mirrors images at random while training.',
  doc:
    'Each image is mirrored left to right, or upside down, or stays as it is. When the model is evaluated or used it does nothing.\n\n' +
    'Behind the Input, where a mirrored image shows the same thing: not for digits and letters.',
  keywords: ['mirror', 'horizontal flip', 'vertical flip', 'data augmentation'],
  fields: {
    horizontal: chanceField('Left to right', 'How likely an image is mirrored left to right.', 0.5),
    vertical: chanceField('Upside down', 'How likely an image is mirrored upside down.', 0),
  },
  inputs: IMAGES,
  outputs: OUTPUT,
  infer: sameImage,
  lower({ b, inputs, params: { horizontal, vertical }, training, random }) {
    const [input] = inputs.input;
    if (!training || (horizontal === 0 && vertical === 0)) return { output: input };
    const { shape } = input.type;
    const [batch, height, width] = shape;
    const { row, column } = pixels(b, shape);
    const flips = (chance: number) => less(b, random([batch, 1, 1]), chance);
    const rows = vertical > 0 ? select(b, flips(vertical), sub(b, height - 1, row), row) : row;
    const columns = horizontal > 0 ? select(b, flips(horizontal), sub(b, width - 1, column), column) : column;
    return { output: pick(b, input, rows, columns) };
  },
});

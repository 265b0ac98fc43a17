import { number } from '../core/fields.ts';
import { add } from '../ops/add.ts';
import { cos } from '../ops/cos.ts';
import { div } from '../ops/div.ts';
import { mul } from '../ops/mul.ts';
import { sin } from '../ops/sin.ts';
import { sub } from '../ops/sub.ts';
import { defineLayer } from './layer.ts';
import { pickBetween, pixels, signed } from './moving.ts';
import { IMAGES, OUTPUT, sameImage } from './shapes.ts';

export default defineLayer({
  type: 'random-affine',
  title: 'RandomAffine',
  category: 'augmentation',
  summary: 'Turns, zooms and shifts images at random while training.',
  doc:
    'Each image is turned around its middle, made larger or smaller, and moved, by amounts drawn evenly up to the given ones; values ' +
    'between pixels are interpolated, and what comes in from outside is 0, the mean of normalised images. A zoom in with a shift is a ' +
    'random crop. When the model is evaluated or used it does nothing.',
  keywords: ['rotate', 'rotation', 'crop', 'random crop', 'zoom', 'translate', 'shift', 'data augmentation'],
  fields: {
    rotation: number({
      label: 'Rotation',
      help: 'Largest angle, in degrees, to either side.',
      default: 10,
      min: 0,
      max: 180,
    }),
    zoom: number({
      label: 'Zoom',
      help: 'Largest part by which an image gets larger or smaller.',
      default: 0.1,
      min: 0,
      max: 1,
      exclusiveMax: true,
    }),
    shift: number({
      label: 'Shift',
      help: 'Largest part of its height and width by which it moves.',
      default: 0.1,
      min: 0,
      max: 1,
    }),
  },
  inputs: IMAGES,
  outputs: OUTPUT,
  infer: sameImage,
  lower({ b, inputs, params: { rotation, zoom, shift }, training, random }) {
    const [input] = inputs.input;
    if (!training || (rotation === 0 && zoom === 0 && shift === 0)) return { output: input };
    const { shape } = input.type;
    const [batch, height, width] = shape;
    const draw = (largest: number) => mul(b, signed(b, random([batch, 1, 1])), largest);
    const { row, column } = pixels(b, shape);
    // From where a pixel is in the result to where it comes from: moved back, turned back, and farther from the middle.
    const angle = draw((rotation * Math.PI) / 180);
    const far = div(b, 1, add(b, draw(zoom), 1));
    const y = sub(b, sub(b, row, (height - 1) / 2), draw(shift * height));
    const x = sub(b, sub(b, column, (width - 1) / 2), draw(shift * width));
    const [along, across] = [mul(b, cos(b, angle), far), mul(b, sin(b, angle), far)];
    const from = {
      row: add(b, sub(b, mul(b, along, y), mul(b, across, x)), (height - 1) / 2),
      column: add(b, add(b, mul(b, across, y), mul(b, along, x)), (width - 1) / 2),
    };
    return { output: pickBetween(b, input, from.row, from.column) };
  },
});

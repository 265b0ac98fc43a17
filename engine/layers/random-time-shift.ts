import { number } from '../core/fields.ts';
import { add } from '../ops/add.ts';
import { floor } from '../ops/floor.ts';
import { mul } from '../ops/mul.ts';
import { sub } from '../ops/sub.ts';
import { defineLayer } from './layer.ts';
import { pick, pixels, signed } from './moving.ts';
import { OUTPUT, sameSequence, SEQUENCES } from './shapes.ts';
import { onImage } from './space.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'random-time-shift',
  title: 'RandomTimeShift',
  category: 'augmentation',
  summary: 'Moves sequences earlier or later at random while training.',
  doc:
    'Each sequence, *batch × length × channels*, is moved by a number of steps drawn evenly up to the given part of its length; what comes in ' +
    'is 0, the mean of normalised values. When the model is evaluated or used it does nothing.\n\n' +
    'For sounds and sensors, whose events may come at any time.',
  keywords: ['translate', 'roll', 'audio', 'data augmentation'],
  fields: {
    shift: number({
      label: 'Shift',
      help: 'Largest part of the length by which it moves.',
      default: 0.1,
      min: 0,
      max: 1,
    }),
  },
  inputs: SEQUENCES,
  outputs: OUTPUT,
  infer: sameSequence,
  stepwise: eachPosition,
  lower({ b, inputs, params: { shift }, training, random }) {
    const [input] = inputs.input;
    if (!training || shift === 0) return { output: input };
    const [batch, length] = input.type.shape;
    const steps = floor(b, add(b, mul(b, signed(b, random([batch, 1, 1])), shift * length), 0.5));
    return {
      output: onImage(b, input, (image) => {
        const { row, column } = pixels(b, image.type.shape);
        return pick(b, image, row, sub(b, column, steps));
      }),
    };
  },
});

import { int, number } from '../core/fields.ts';
import { reshape } from '../ops/reshape.ts';
import { select } from '../ops/select.ts';
import { defineLayer } from './layer.ts';
import { hiddenStretch } from './hiding.ts';
import { OUTPUT, sameSequence, SEQUENCES } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

const countField = (what: string) =>
  int({
    label: `Hidden ${what}`,
    help: `How many stretches of ${what} are hidden.`,
    default: 1,
    min: 0,
    max: 16,
  });
const partField = (what: string, standard: number) =>
  number({
    label: `Longest of ${what}`,
    help: `Longest stretch, as a part of all ${what}.`,
    default: standard,
    min: 0,
    max: 1,
  });

export default defineLayer({
  type: 'spec-augment',
  title: 'SpecAugment',
  category: 'augmentation',
  summary: 'Hides stretches of time and of frequencies while training.',
  doc:
    'Of each spectrogram or series, *batch × length × channels*, stretches of steps and of channels become 0, the mean of normalised ' +
    'values. When the model is evaluated or used it does nothing.\n\nPark et al., “SpecAugment”, Interspeech 2019.',
  keywords: ['time masking', 'frequency masking', 'audio', 'speech', 'spectrogram', 'data augmentation'],
  fields: {
    steps: countField('steps'),
    longestSteps: partField('steps', 0.2),
    channels: countField('channels'),
    longestChannels: partField('channels', 0.2),
  },
  inputs: SEQUENCES,
  outputs: OUTPUT,
  infer: sameSequence,
  stepwise: eachPosition,
  lower({ b, inputs, params, training, random }) {
    let [x] = inputs.input;
    if (!training) return { output: x };
    const [batch, length, width] = x.type.shape;
    for (let at = 0; at < params.steps; at++) {
      const hidden = hiddenStretch(b, random, batch, length, params.longestSteps);
      x = select(b, reshape(b, hidden, [batch, length, 1]), 0, x);
    }
    for (let at = 0; at < params.channels; at++) {
      const hidden = hiddenStretch(b, random, batch, width, params.longestChannels);
      x = select(b, reshape(b, hidden, [batch, 1, width]), 0, x);
    }
    return { output: x };
  },
});

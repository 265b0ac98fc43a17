import { number } from '../core/fields.ts';
import { add } from '../ops/add.ts';
import { mean } from '../ops/mean.ts';
import { mul } from '../ops/mul.ts';
import { restore } from '../ops/reduction.ts';
import { sub } from '../ops/sub.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineLayer } from './layer.ts';
import { perExample, signed } from './moving.ts';
import { IMAGES, OUTPUT, sameImage } from './shapes.ts';

const partField = (label: string, help: string) => number({ label, help, default: 0.2, min: 0 });

export default defineLayer({
  type: 'random-colour',
  title: 'RandomColour',
  category: 'augmentation',
  summary: 'Changes brightness, contrast and colours of images at random while training.',
  doc:
    'Each image gets brighter or darker by adding a number, has more or less contrast around its mean, and more or less colour around its ' +
    'grey, by amounts drawn evenly up to the given ones. Brightness is in units of the values: standard deviations, where images ' +
    'are normalised. When the model is evaluated or used it does nothing.',
  keywords: ['color jitter', 'brightness', 'contrast', 'saturation', 'data augmentation'],
  fields: {
    brightness: partField('Brightness', 'Largest number that is added or taken away.'),
    contrast: partField('Contrast', 'Largest part by which differences from the mean grow or shrink.'),
    saturation: partField(
      'Saturation',
      'Largest part by which differences from grey grow or shrink; images of one channel have none.',
    ),
  },
  inputs: IMAGES,
  outputs: OUTPUT,
  infer: sameImage,
  lower({ b, inputs, params: { brightness, contrast, saturation }, training, random }) {
    const [input] = inputs.input;
    if (!training) return { output: input };
    const draw = (largest: number) => mul(b, signed(b, random(perExample(input.type.shape))), largest);
    let x = input;
    if (brightness > 0) x = add(b, x, draw(brightness));
    if (contrast > 0) x = farther(b, x, [1, 2, 3], draw(contrast));
    if (saturation > 0 && x.type.shape[3] > 1) x = farther(b, x, [3], draw(saturation));
    return { output: x };
  },
});

/** Values farther from their mean over some axes, by a part of the distance. */
function farther(b: Builder, x: Value, axes: readonly number[], part: Value): Value {
  const centre = restore(b, mean(b, x, axes), x.type.shape, axes);
  return add(b, x, mul(b, sub(b, x, centre), part));
}
